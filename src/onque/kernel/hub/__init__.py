"""The WebSocket hub: topics, hints, presence. It knows no module's words; a `Door` gives it those.

One process holds thousands of sockets and one pub/sub connection to the store. Hints come from
`kernel.realtime` through the store and are fanned out to whoever follows their topic. Django is
asked only when a socket connects, when it follows topics and when it replays.
"""
