"""Search engines behind one protocol (index/engines/protocol.py); index/engines/choice.py names them."""
