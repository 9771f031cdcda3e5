"""Soak: does what a process holds grow with the scenes that it plays?"""
