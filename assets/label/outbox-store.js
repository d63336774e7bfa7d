/* Where answers wait until the server has them: one entry of localStorage each, so that two tabs never overwrite.
 *
 *   label.store.add(session, event, pool)  keeps the event; returns true if it is on disk, false if only in this tab
 *   label.store.entries([session])      [{key, session, id, kind}] in the order in which they were said
 *   label.store.read(entry) -> {event, pool}, null if another tab has sent it meanwhile
 *   label.store.drop(entry)
 *   label.store.refuse(entry, error)    moves it to what was not accepted; that is kept until the person lets it go
 *   label.store.refused([session])      [{session, event, error, at}]
 *   label.store.forget(session)         lets go of what was not accepted
 */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const WAITING = "spectrolabe-outbox/";
    const REFUSED = "spectrolabe-refused/";
    const unwritten = new Map(); // what found no room in localStorage lives as long as this tab
    let last = 0;

    const part = (text) => encodeURIComponent(text);

    function keys(prefix) {
        let found = [];
        try {
            found = Object.keys(window.localStorage);
        } catch (error) {
            /* storage is forbidden */
        }
        return [...found, ...unwritten.keys()].filter((key) => key.startsWith(prefix)).sort();
    }

    function get(key) {
        if (unwritten.has(key)) return unwritten.get(key);
        try {
            return JSON.parse(window.localStorage.getItem(key));
        } catch (error) {
            return null;
        }
    }

    function put(key, value) {
        try {
            window.localStorage.setItem(key, JSON.stringify(value));
            return true;
        } catch (error) {
            unwritten.set(key, value);
            return false;
        }
    }

    function remove(key) {
        unwritten.delete(key);
        try {
            window.localStorage.removeItem(key);
        } catch (error) {
            /* storage is forbidden */
        }
    }

    /* Microseconds that only grow: the order of the entries is the order of the answers. */
    function moment() {
        last = Math.max(Date.now() * 1000, last + 1);
        return String(last).padStart(17, "0");
    }

    function entryOf(key) {
        const [session, at, id, kind] = key.slice(WAITING.length).split("/").map(decodeURIComponent);
        return { key, session, at, id, kind };
    }

    label.store = {
        add(session, event, pool) {
            const key = `${WAITING}${part(session)}/${moment()}/${part(event.event_id)}/${part(event.kind)}`;
            return put(key, { event, pool: pool || null });
        },
        entries: (session) => keys(session === undefined ? WAITING : `${WAITING}${part(session)}/`).map(entryOf),
        read: (entry) => get(entry.key),
        drop: (entry) => remove(entry.key),
        refuse(entry, error) {
            const { event } = get(entry.key) || {};
            const key = `${REFUSED}${part(entry.session)}/${entry.at}/${part(entry.id)}`;
            if (event) put(key, { session: entry.session, event, error, at: new Date().toISOString() });
            remove(entry.key);
        },
        refused: (session) =>
            keys(session === undefined ? REFUSED : `${REFUSED}${part(session)}/`).map(get).filter(Boolean),
        forget: (session) => keys(`${REFUSED}${part(session)}/`).forEach(remove),
        isOnlyHere: () => unwritten.size > 0,
    };

    window.addEventListener("beforeunload", function (event) {
        if (unwritten.size) event.preventDefault(); // the browser asks before these are lost
    });
})();
