"""The tables of the registry."""

#: Oldest first; never change one that has been released, add another.
MIGRATIONS = (
    """
    CREATE TABLE jobs (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        owner TEXT NOT NULL,
        session_id TEXT,
        phase TEXT NOT NULL CHECK (phase IN ('PENDING', 'QUEUED', 'EXECUTING', 'COMPLETED', 'ERROR', 'ABORTED')),
        parameters TEXT NOT NULL,
        created_utc TEXT NOT NULL,
        queued_utc TEXT,
        started_utc TEXT,
        ended_utc TEXT,
        heartbeat_utc TEXT,
        attempt INTEGER NOT NULL DEFAULT 0,
        stage TEXT NOT NULL DEFAULT '',
        done INTEGER NOT NULL DEFAULT 0,
        total INTEGER,
        message TEXT NOT NULL DEFAULT '',
        error TEXT,
        is_lost INTEGER NOT NULL DEFAULT 0,
        cancel_requested INTEGER NOT NULL DEFAULT 0,
        execution_duration_s INTEGER NOT NULL DEFAULT 0,
        destruction_utc TEXT,
        run_id TEXT,
        result TEXT NOT NULL DEFAULT '{}',
        is_heavy INTEGER NOT NULL,
        is_publishing INTEGER NOT NULL DEFAULT 0,
        launches INTEGER NOT NULL DEFAULT 0,
        host TEXT,
        pid INTEGER,
        process_started REAL
    );
    CREATE UNIQUE INDEX one_active_run ON jobs (session_id) WHERE kind = 'run' AND phase IN ('QUEUED', 'EXECUTING');
    CREATE INDEX active_jobs ON jobs (phase) WHERE phase IN ('QUEUED', 'EXECUTING');
    CREATE INDEX jobs_of_sessions ON jobs (session_id, sequence);
    CREATE INDEX destructions ON jobs (destruction_utc) WHERE destruction_utc IS NOT NULL;
    CREATE TABLE transitions (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE,
        phase TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        at_utc TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX transitions_of_jobs ON transitions (job_id);
    """,
)
