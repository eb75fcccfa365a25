"""The console: what operators see of the pipeline, and how they have a failed message handled again.

Decides    nothing about companies; whether a replay may be asked for, and who asked.
Consumes   <service>.dead_letters.v1 of every service, statement.quarantined / released / gap_alarmed / gap_closed.
Publishes  replay.requested.
Owns       failures as operators see them, bank statements that are put aside or missing, readings of Kafka's topics,
           the audit of what operators did.
"""
