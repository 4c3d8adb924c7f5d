"""清理: what may be given out is made anew from what came. Heavy and dangerous work: `bounded` runs it in a process of its
own, which has no keys, no database, little memory and little time."""
