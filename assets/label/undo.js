/* Undo and redo of any depth, through events of the journal: they outlive the page and are never lost either.
 *
 *   label.journal.undo(), .redo()   take back the last thing that this person did, in whichever tab, or say it again;
 *                                   the spectrum is shown again. Also the commands "undo" and "redo"
 *   label.journal.takeBack(events)  take back exactly these
 */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { journal } = label;

    const groupOf = (event) => event.bulk || (event.shown && event.shown.bulk) || null; // the server names the group alone

    /* The last thing that this person did and that counts; what was done at once is taken back at once. */
    function lastDone() {
        const own = journal.mine().filter((event) => event.kind !== "undo");
        for (let k = own.length - 1; k >= 0; k -= 1) {
            if (!journal.counts(own[k])) continue;
            const group = groupOf(own[k]);
            return group ? own.filter((event) => groupOf(event) === group && journal.counts(event)) : [own[k]];
        }
        return [];
    }

    /* The last undo that counts, if the person did nothing but undo and redo since. */
    function lastUndone() {
        const own = journal.mine();
        for (let k = own.length - 1; k >= 0 && own[k].kind === "undo"; k -= 1) {
            const target = journal.find(own[k].undoes);
            if (!target || target.kind === "undo" || journal.counts(target) || isUndone(own[k])) continue;
            const group = groupOf(target);
            if (!group) return [own[k]];
            return own.filter((event) => event.kind === "undo" && !isUndone(event) && isOfGroup(event.undoes, group));
        }
        return [];
    }

    const { find } = journal;
    const isOfGroup = (id, group) => find(id) && find(id).kind !== "undo" && groupOf(find(id)) === group;
    const isUndone = (undo) => journal.of(undo.spectrum_id).some((event) => event.undoes === undo.event_id);

    function takeBack(targets) {
        const now = new Date().toISOString().replace("Z", "+00:00");
        const events = targets.map((target) => ({
            event_id: label.uuid(),
            kind: "undo",
            spectrum_id: target.spectrum_id,
            undoes: target.event_id,
            created_utc: now,
        }));
        journal.say(events);
        const gone = new Set(events.map((event) => event.undoes));
        label.state.answered = label.state.answered.filter(({ event }) => !gone.has(event.event_id));
        return events;
    }

    function rootOf(event) {
        let found = event;
        while (found && found.kind === "undo") found = journal.find(found.undoes);
        return found || event;
    }

    function turn(targets, word, nothing) {
        if (!targets.length) {
            label.say(journal.state.isWhole ? nothing : `${nothing} Earlier answers are still being read.`);
            return null;
        }
        const events = takeBack(targets);
        const root = rootOf(targets[0]);
        const key = root.queue === "repeat" ? `${root.spectrum_id}#repeat` : root.spectrum_id;
        const item = label.find(key);
        const what = `${word} ${label.wordsOf(root)}${targets.length > 1 ? ` and ${targets.length - 1} more` : ""}`;
        label.say(what, item ? null : `${root.spectrum_id} is not in this queue.`);
        if (item) label.go(label.state.items.indexOf(item));
        return events;
    }

    journal.takeBack = takeBack;
    journal.undo = () => turn(lastDone(), "Taken back:", "There is nothing to take back.");
    journal.redo = () => turn(lastUndone(), "Said again:", "There is nothing to say again.");
    label.commands.undo = journal.undo;
    label.commands.redo = journal.redo;
})();
