package io.warroom.config.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Server-sent events as they come, read by a thread of its own until either side ends it. Safe for concurrent use. */
public final class EventStream implements AutoCloseable {

    private final InputStream body;
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Thread reader;
    private volatile String lastId = "";
    private final AtomicInteger comments = new AtomicInteger();

    /** One event. */
    public record Event(String type, String id, String data) {}

    EventStream(InputStream body) {
        this.body = body;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    /** What has come so far. */
    public List<Event> events() {
        return List.copyOf(events);
    }

    /** The id to come back with; empty before the first. */
    public String lastId() {
        return lastId;
    }

    /** How many heartbeats have come so far. */
    public int comments() {
        return comments.get();
    }

    /** Whether it has ended. */
    public boolean isOver() {
        return !reader.isAlive();
    }

    /** Hangs up. */
    @Override
    public void close() throws IOException {
        body.close();
    }

    private void read() {
        var type = "";
        var data = "";
        try (var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(":")) {
                    comments.incrementAndGet();
                } else if (line.startsWith("event: ")) {
                    type = line.substring("event: ".length());
                } else if (line.startsWith("id: ")) {
                    lastId = line.substring("id: ".length());
                } else if (line.startsWith("data: ")) {
                    data = line.substring("data: ".length());
                } else if (line.isEmpty() && !data.isEmpty()) {
                    events.add(new Event(type, lastId, data));
                    data = "";
                }
            }
        } catch (IOException _) {
            // Hung up.
        }
    }
}
