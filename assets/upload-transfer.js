/* One upload: its files in pieces of 8 MB, several small files side by side, on and on until all is there. Any piece may
   be lost: the server says where to go on. Nothing here knows the page; `onChange` tells it that something is new. */
(function () {
    "use strict";
    const PIECE = 8 * 1024 * 1024;
    const LANES = 3;
    const LONGEST_WAIT_S = 30;
    const ROOT = "/api/uploads";
    /* Codes with which sending the same again is useless. */
    const FINAL = ["bad-request", "bad-name", "not-found", "too-large", "finished"];

    class Refusal extends Error {
        constructor(message, code, offset, status) {
            super(message);
            Object.assign(this, { code, offset, status });
        }
    }

    async function call(path, options) {
        let answer;
        try {
            answer = await fetch(ROOT + path, { credentials: "same-origin", ...options });
        } catch {
            throw new Refusal("The server does not answer.", "away", null, 0);
        }
        if (answer.status === 204) return null;
        return read(answer.status, await answer.text());
    }

    function read(status, text) {
        let content = {};
        try {
            content = JSON.parse(text);
        } catch {
            content = {};
        }
        if (status >= 200 && status < 300) return content;
        const message = content.error || `The server answered ${status}.`;
        throw new Refusal(message, content.code || (status >= 500 || status === 0 ? "away" : "bad-request"), content.offset, status);
    }

    class Transfer {
        constructor(entries, { name, kind, onChange }) {
            Object.assign(this, { entries, name, kind, onChange, state: "preparing", message: "" });
            this.id = null;
            this.size = entries.reduce((sum, { file }) => sum + file.size, 0);
            this.n_files = entries.length;
            this.offsets = entries.map(() => 0);
            this.requests = new Map();
            this.samples = [];
            this.failures = 0;
        }

        get stored() {
            let moving = 0;
            for (const request of this.requests.values()) moving += request.loaded || 0;
            return Math.min(this.size, this.offsets.reduce((sum, offset) => sum + offset, 0) + moving);
        }

        /* Bytes a second over the last ten seconds, 0 while that is not known. */
        get speed() {
            const first = this.samples[0];
            const last = this.samples[this.samples.length - 1];
            return first && last.at - first.at > 500 ? Math.max(0, ((last.stored - first.stored) * 1000) / (last.at - first.at)) : 0;
        }

        get secondsLeft() {
            return this.speed > 0 ? (this.size - this.stored) / this.speed : null;
        }

        sample() {
            const at = performance.now();
            this.samples.push({ at, stored: this.stored });
            while (this.samples.length > 2 && at - this.samples[0].at > 10000) this.samples.shift();
        }

        async start(known) {
            try {
                this.set("preparing");
                this.fingerprint = this.fingerprint || (await window.spectrolabeChecksum.fingerprint(this.entries));
                const same = (known || []).find((one) => !one.is_finished && one.fingerprint === this.fingerprint);
                if (same) this.id = same.upload_id;
                await this.run();
            } catch (error) {
                this.fail(error);
            }
        }

        async run() {
            if (this.state === "sending") return;
            while (this.running) await this.running; // what a pause has stopped is still leaving
            this.running = this.sendAll().finally(() => (this.running = null));
            await this.running;
        }

        async sendAll() {
            this.samples = [];
            this.failures = 0;
            this.set("sending");
            while (this.state === "sending") {
                try {
                    await this.announce();
                    await Promise.all(Array.from({ length: Math.min(LANES, this.n_files) }, () => this.lane()));
                    if (this.state !== "sending") return;
                    const result = await call(`/${this.id}/finish`, { method: "POST" });
                    this.job_id = result.job_id;
                    this.set("finished");
                } catch (error) {
                    if (this.state !== "sending") return;
                    if (!(await this.mayGoOn(error))) return this.fail(error);
                }
            }
        }

        async announce() {
            if (this.id === null) {
                const files = this.entries.map(({ path, file }) => ({ path, size: file.size }));
                const told = { name: this.name, kind: this.kind, fingerprint: this.fingerprint, files };
                const headers = { "Content-Type": "application/json" };
                const upload = await call("", { method: "POST", headers, body: JSON.stringify(told) });
                this.id = upload.upload_id;
                this.resumedAt = 0;
            } else {
                const upload = await call(`/${this.id}`);
                const numbers = new Map(upload.files.map((file) => [file.path, file]));
                this.offsets = this.entries.map(({ path }) => (numbers.get(path.normalize("NFC")) || { offset: 0 }).offset);
                this.resumedAt = upload.stored;
            }
            this.next = 0;
            this.onChange(this);
        }

        async lane() {
            while (this.state === "sending" && this.next < this.n_files) await this.sendFile(this.next++);
        }

        async sendFile(number) {
            const { file } = this.entries[number];
            while (this.state === "sending" && this.offsets[number] < file.size) {
                const offset = this.offsets[number];
                const piece = await this.readPiece(file, offset);
                try {
                    const stored = await this.put(number, offset, piece);
                    this.offsets[number] = stored.offset;
                    this.failures = 0;
                } catch (error) {
                    if (error.code !== "offset" || error.offset === null) throw error;
                    this.offsets[number] = error.offset; // an answer was lost: the piece had arrived
                }
                this.sample();
                this.onChange(this);
            }
        }

        async readPiece(file, offset) {
            try {
                return await file.slice(offset, offset + PIECE).arrayBuffer();
            } catch {
                throw new Refusal("The file cannot be read any more: it was moved or changed. Choose it again.", "bad-request", null, 0);
            }
        }

        /* XMLHttpRequest and not fetch: it tells how much of a piece has been sent. */
        put(number, offset, piece) {
            const request = new XMLHttpRequest();
            this.requests.set(number, request);
            return new Promise((resolve, reject) => {
                request.open("PUT", `${ROOT}/${this.id}/files/${number}?offset=${offset}`);
                request.setRequestHeader("X-Piece-CRC32", window.spectrolabeChecksum.crc32(piece));
                request.setRequestHeader("Content-Type", "application/octet-stream");
                request.timeout = 300000;
                request.upload.onprogress = (event) => {
                    request.loaded = event.loaded;
                    this.sample();
                    this.onChange(this);
                };
                request.onload = () => {
                    try {
                        resolve(read(request.status, request.responseText));
                    } catch (error) {
                        reject(error);
                    }
                };
                const away = () => reject(new Refusal("The connection broke off.", "away", null, 0));
                request.onerror = request.ontimeout = request.onabort = away;
                request.send(piece);
            }).finally(() => this.requests.delete(number));
        }

        /* Wait longer after each failure, and less once the browser says that it is on line again. */
        async mayGoOn(error) {
            this.stopRequests();
            if (FINAL.includes(error.code) || !(error instanceof Refusal) || error.code === "no-space") return false;
            const wait = Math.min(LONGEST_WAIT_S, 2 ** this.failures++);
            this.message = error.message;
            for (this.retryIn = wait; this.retryIn > 0 && this.state === "sending"; this.retryIn--) {
                this.onChange(this);
                await new Promise((resolve) => {
                    const timer = setTimeout(resolve, 1000);
                    this.hurry = () => {
                        clearTimeout(timer);
                        this.retryIn = 0;
                        resolve();
                    };
                });
            }
            this.retryIn = 0;
            this.message = "";
            this.samples = [];
            return this.state === "sending";
        }

        pause() {
            this.set("paused");
            this.stopRequests();
            if (this.hurry) this.hurry();
        }

        fail(error) {
            this.stopRequests();
            this.message = error instanceof Refusal ? error.message : `The upload stopped: ${error.message}`;
            if (error.code === "not-found") this.id = null; // removed elsewhere: begin anew
            this.set("failed");
        }

        async remove() {
            this.set("removed");
            this.stopRequests();
            if (this.id !== null) await call(`/${this.id}`, { method: "DELETE" });
        }

        stopRequests() {
            for (const request of this.requests.values()) request.abort();
        }

        set(state) {
            this.state = state;
            this.onChange(this);
        }
    }

    window.spectrolabeTransfer = { Transfer, call };
})();
