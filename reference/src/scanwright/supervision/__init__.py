"""Main and monitor keep each other alive; here is what both need for it.

    scanwright serve (the front)     in a terminal only; its end is the service's end
      └─ monitor                     starts main, and starts it again
           └─ main                   serves; starts the monitor again, and these:
                ├─ certificate helper
                ├─ scan workers      come and go with their jobs
                └─ add-on workers    come and go with what is asked of them

`scanwrightd` forks as its first act. The parent stays small and is the monitor, the
child becomes main. So the monitor is told by the kernel how main died, which only a
parent is, and the first main needs no second start of Python. When the monitor dies,
main starts another one by `-asmonitor`; that one starts the mains that come after.

    who sees             what                        what it does
    ───────────────────────────────────────────────────────────────────────────────
    monitor, by pidfd    main is dead                starts another (`backoff`), dump
    monitor, by /proc    main is stopped (SIGSTOP)   SIGCONT; SIGKILL if that fails
    monitor, by silence  main's event loop is stuck  SIGABRT (traceback), SIGKILL
    main                 the same of the monitor     the same
    main, by pidfd       the helper is dead          starts another, dump
    any                  the stop event, SIGTERM,    orderly stop: all within two
                         the end of the front        seconds, what is late is killed

What outlives a main is in its `Estate`: listening sockets, the lock of the home,
counters. The monitor holds duplicates of them, so that requests wait in the backlog
of a socket that never closes.

The monitor's modules (`monitor` and what it imports) do without asyncio, logging,
dataclasses and typing: it is there for as long as the machine runs, and stays small.
"""
