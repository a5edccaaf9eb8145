package io.warroom.config.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.warroom.config.room.RoomStore.Mark;
import io.warroom.config.room.RoomStore.Shown;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * One client's server-sent events, written by the request's own thread. It holds no connection while it waits, and no queue:
 * it reads what changed since what it has written, so a client that reads slowly gets fewer, later states of a room and never
 * misses the last. One that does not read at all is dropped when the server's write timeout is over.
 */
final class RoomStream {

    private static final int BATCH = 100;

    private final Rooms rooms;
    private final RoomSettings.Stream settings;
    private final OutputStream out;

    RoomStream(Rooms rooms, RoomSettings.Stream settings, OutputStream out) {
        this.rooms = rooms;
        this.settings = settings;
        this.out = out;
    }

    /**
     * Writes what has changed behind {@code from}, and what changes from now on.
     *
     * @param reset first tells the client that its own place is not known here: it has to read the list anew
     * @throws IOException when the client is gone, or does not read
     */
    void run(RoomFeed.Subscription subscription, String tenant, Mark from, boolean reset)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + settings.longest().toNanos();
        long written = from.change();
        // The id at once: a client that is cut off before the first change has a place to come back to.
        write("retry: 2000\nid: " + from.text() + "\n" + (reset ? "event: reset\ndata: {}\n\n" : "\n"));
        out.flush();
        while (!subscription.isOver() && System.nanoTime() < end) {
            var lastChange = subscription.awaitBehind(written, settings.heartbeat());
            var changes = lastChange.isEmpty() ? List.<Shown>of() : changedSince(tenant, written);
            if (changes == null) {
                beat();
                Thread.sleep(settings.pollInterval().toMillis());
                continue;
            }
            for (var room : changes) {
                write("event: " + (room.visible() ? "war-room" : "war-room-removed") + "\nid: "
                        + new Mark(from.epoch(), room.change()).text() + "\ndata: " + room.item() + "\n\n");
                written = room.change();
            }
            if (changes.size() < BATCH && lastChange.isPresent()) {
                // The reading began behind that change, so nothing up to it is left, be it that it is forgotten since.
                written = Math.max(written, lastChange.getAsLong());
            }
            if (changes.isEmpty()) {
                beat();
            }
            out.flush();
        }
        if (subscription.isReplaced()) {
            // Where somebody still listens: not to come back by itself, or two of them would take turns.
            write("event: replaced\ndata: {}\n\n");
            out.flush();
        }
    }

    /** Null while the database is away: the client hears heartbeats until it is back. */
    private @Nullable List<Shown> changedSince(String tenant, long change) throws InterruptedException {
        try {
            return rooms.changedSince(tenant, change, BATCH);
        } catch (JdbiException _) {
            // Told to the log by the feed, which has lost its connection too.
            return null;
        }
    }

    /** Also what finds out that the client is gone. */
    private void beat() throws IOException {
        write(":\n\n");
        out.flush();
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(UTF_8));
    }
}
