"""One module a kind of question: from what is asked to the answer with its evidence. index/answers.py chooses among them."""
