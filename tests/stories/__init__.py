"""The drives Tamis must be able to replay, each told from the first screen to the last."""
