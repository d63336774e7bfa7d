"""What changes and needs transactions: embedded databases in the workspace."""
