package io.warroom.config.room;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.warroom.config.room.RoomStore.Mark;
import io.warroom.config.room.RoomStore.Shown;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One client's server-sent events, written by the request's own thread. It holds no connection while it waits, and no queue:
 * it reads what changed since what it has written, so a client that reads slowly gets fewer, later states of a room and never
 * misses the last. One that does not read at all is dropped when the server's write timeout is over.
 */
final class RoomStream {

    static final int BATCH = 100;

    /** When an instance stops, its clients come back spread over this time. */
    private static final int MIN_RETRY_MILLIS = 2000;

    private static final int MAX_RETRY_MILLIS = 7000;

    private final Rooms rooms;
    private final RoomSettings.Stream settings;
    private final OutputStream out;
    private final RandomGenerator random;

    RoomStream(Rooms rooms, RoomSettings.Stream settings, OutputStream out, RandomGenerator random) {
        this.rooms = rooms;
        this.settings = settings;
        this.out = out;
        this.random = random;
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
        write("retry: " + random.nextInt(MIN_RETRY_MILLIS, MAX_RETRY_MILLIS) + "\nid: " + from.text() + "\n"
                + (reset ? "event: reset\ndata: {}\n\n" : "\n"));
        out.flush();
        while (!subscription.isOver() && System.nanoTime() < end) {
            var lastChange = subscription.awaitBehind(written, settings.heartbeat());
            long seen = written;
            var changes = lastChange.isEmpty()
                    ? List.<Shown>of()
                    : subscription.changedSince(
                            seen, lastChange.getAsLong(), () -> rooms.changedSince(tenant, seen, BATCH));
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

    /** Also what finds out that the client is gone. */
    private void beat() throws IOException {
        write(":\n\n");
        out.flush();
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(UTF_8));
    }
}
