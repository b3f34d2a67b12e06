"""Walk-forward evaluation: candidates and baselines, judged on weeks nothing was fitted on."""
