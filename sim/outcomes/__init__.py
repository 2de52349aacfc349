"""What comes out: measures, records of runs, the headline, and run folders."""
