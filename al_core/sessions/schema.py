"""The tables of `session.db`."""

#: One entry a schema version; entries are never changed once released, only added.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE session (
        only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
        session_id TEXT NOT NULL,
        name TEXT NOT NULL,
        created_utc TEXT NOT NULL,
        changed_utc TEXT NOT NULL,
        is_archived INTEGER NOT NULL DEFAULT 0,
        pool TEXT,
        training_set TEXT,
        strategy TEXT NOT NULL,
        seed INTEGER NOT NULL,
        configuration TEXT NOT NULL,
        simulated INTEGER NOT NULL DEFAULT 0,
        origin TEXT
    );
    -- A removed class keeps its row: its id never comes again, and its labels keep their meaning.
    CREATE TABLE classes (
        class_id TEXT PRIMARY KEY,
        position INTEGER,
        name TEXT NOT NULL,
        color_row INTEGER NOT NULL,
        shape TEXT NOT NULL,
        key TEXT NOT NULL,
        is_candidate INTEGER NOT NULL
    );
    -- Every name that a class has had: an iteration's files know the names of their time only.
    CREATE TABLE class_names (
        name TEXT NOT NULL,
        class_id TEXT NOT NULL,
        since_utc TEXT NOT NULL
    );
    CREATE TABLE events (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        event_id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('label', 'skip', 'unsure', 'bad', 'comment', 'undo')),
        spectrum_id TEXT NOT NULL,
        class_id TEXT CHECK ((kind = 'label') = (class_id IS NOT NULL)),
        comment TEXT,
        confidence INTEGER CHECK (confidence BETWEEN 0 AND 4),
        annotator TEXT NOT NULL,
        created_utc TEXT NOT NULL,
        duration_ms INTEGER CHECK (duration_ms >= 0),
        queue TEXT,
        iteration INTEGER,
        shown TEXT,
        undoes TEXT REFERENCES events (event_id) CHECK ((kind = 'undo') = (undoes IS NOT NULL))
    );
    CREATE INDEX events_by_spectrum ON events (spectrum_id, sequence, kind, event_id);
    CREATE INDEX events_undone ON events (undoes, sequence, event_id) WHERE undoes IS NOT NULL;
    -- INSERT OR REPLACE would delete without asking the trigger below.
    CREATE TRIGGER events_are_never_replaced BEFORE INSERT ON events
        WHEN EXISTS (SELECT 1 FROM events WHERE event_id = NEW.event_id OR sequence = NEW.sequence)
        BEGIN SELECT RAISE(ABORT, 'the journal of labels is append-only'); END;
    CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'the journal of labels is append-only'); END;
    CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'the journal of labels is append-only'); END;

    -- Events that count no more. An undo may itself be undone, so events and undos form chains; only what counts can be
    -- undone, hence the last link that was added to the chains of an event decides: odd depth, it counts no more.
    CREATE VIEW undone AS
        WITH RECURSIVE chain (sequence, event_id, root, depth) AS (
            SELECT u.sequence, u.event_id, e.event_id, 1
                FROM events u JOIN events e ON e.event_id = u.undoes
                WHERE u.undoes IS NOT NULL AND e.undoes IS NULL
            UNION ALL
            SELECT u.sequence, u.event_id, chain.root, chain.depth + 1
                FROM chain JOIN events u ON u.undoes = chain.event_id
        )
        -- SQLite: beside a lone max() other columns are those of its row.
        SELECT event_id FROM (SELECT root AS event_id, max(sequence), depth FROM chain GROUP BY root)
            WHERE depth % 2 = 1;

    -- What counts for each spectrum now. A skip says nothing about the spectrum, so it does not take a label away.
    CREATE VIEW current_labels AS
        WITH last AS (
            SELECT spectrum_id, max(sequence) AS sequence FROM events
                WHERE kind IN ('label', 'unsure', 'bad') AND event_id NOT IN (SELECT event_id FROM undone)
                GROUP BY spectrum_id
        )
        SELECT e.spectrum_id, e.kind, e.class_id, e.confidence, e.annotator, e.created_utc, e.duration_ms, e.queue,
               e.iteration, e.event_id, e.sequence
            FROM last JOIN events e ON e.sequence = last.sequence;

    CREATE VIEW current_comments AS
        SELECT spectrum_id, comment, max(sequence) AS sequence FROM events
            WHERE comment IS NOT NULL AND event_id NOT IN (SELECT event_id FROM undone)
            GROUP BY spectrum_id;
    """,
    """
    -- A blind repeat asks again about a spectrum that has a label: its answer measures the person and replaces nothing.
    DROP VIEW current_labels;
    CREATE VIEW current_labels AS
        WITH last AS (
            SELECT spectrum_id, max(sequence) AS sequence FROM events
                WHERE kind IN ('label', 'unsure', 'bad') AND queue IS NOT 'repeat'
                      AND event_id NOT IN (SELECT event_id FROM undone)
                GROUP BY spectrum_id
        )
        SELECT e.spectrum_id, e.kind, e.class_id, e.confidence, e.annotator, e.created_utc, e.duration_ms, e.queue,
               e.iteration, e.event_id, e.sequence
            FROM last JOIN events e ON e.sequence = last.sequence;
    CREATE VIEW repeated_labels AS
        WITH last AS (
            SELECT spectrum_id, max(sequence) AS sequence FROM events
                WHERE kind IN ('label', 'unsure', 'bad') AND queue = 'repeat'
                      AND event_id NOT IN (SELECT event_id FROM undone)
                GROUP BY spectrum_id
        )
        SELECT e.spectrum_id, e.kind, e.class_id, e.confidence, e.annotator, e.created_utc, e.duration_ms, e.queue,
               e.iteration, e.event_id, e.sequence
            FROM last JOIN events e ON e.sequence = last.sequence;
    -- Spectra that were picked elsewhere (a search, a map) to be labeled, in the order in which they are served.
    CREATE TABLE picked_lists (
        list_id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        origin TEXT NOT NULL,
        owner TEXT NOT NULL,
        pool TEXT,
        created_utc TEXT NOT NULL
    );
    CREATE TABLE picked_spectra (
        list_id TEXT NOT NULL REFERENCES picked_lists (list_id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        spectrum_id TEXT NOT NULL,
        PRIMARY KEY (list_id, position),
        UNIQUE (list_id, spectrum_id)
    ) WITHOUT ROWID;
    """,
    """
    -- How spectra of this session are labeled, whoever does it: a value as JSON for each name.
    CREATE TABLE label_choices (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    -- Searches of an index that people saved: query, order and columns as JSON.
    CREATE TABLE saved_searches (
        name TEXT PRIMARY KEY,
        search TEXT NOT NULL,
        owner TEXT NOT NULL,
        created_utc TEXT NOT NULL
    ) WITHOUT ROWID;
    """,
)
