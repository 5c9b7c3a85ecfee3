"""Who is to do it: lists in brackets, tables of duties, running text. kb/tasks.py makes tasks of what these find."""
