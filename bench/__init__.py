"""Measurements that anyone can rerun: `make bench`. Nothing here was taken on AWS."""
