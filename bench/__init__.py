"""`make bench`: the workloads of the product against a real instance on this machine, beside pgbench with the same SQL."""
