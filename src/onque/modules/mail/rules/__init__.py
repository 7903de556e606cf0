"""Pure decisions about mail: reading bytes, finding the reply, threading, composing. No Django."""
