"""A data folder in one archive, made while everything works on it; and back from there.

Why the archive's databases never name a file that the archive lacks:

- **Nothing of a record is written after its row.** Bars, artifacts, evaluations and backtests are
  whole on the disk before a row names them. So the databases are copied first (through SQLite, at
  one commit each), the files after them: each file that a row names was there by then.
- **What is deleted meanwhile is noticed.** A write of bars sweeps those it replaced. Their files
  are not copied but linked (a second name in a folder of the snapshot's own), all of them within
  moments; where one that the copied catalogue names is gone already, the snapshot is taken anew.
  Afterwards the archive is written at leisure, and nobody can take a file from under it.
- **The two databases fit.** Promotions and deletions of versions wait while both are copied. A
  training's registration does not: where a job's result is being put away, or a job has ended
  between the first copy and the last link, the snapshot is taken anew.
- **What runs is told as cut off.** In the copy, and nowhere else, a running job is what the next
  start would make of it had the machine lost power: interrupted, and going on where its kind can.
  A folder restored beside the living one so never ends the living one's work.

Left out is what can be made anew or belongs to one machine: `core.backup.contents`.
"""
