"""What ``deploy/check`` does: the whole server natively, its main job, and what it must refuse."""
