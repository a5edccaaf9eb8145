package io.warroom.simulator.witness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a world in a folder over restarts: reads it at the start, and writes it a second after it changed and when it is closed.
 * A process that is killed loses what happened in its last second.
 */
public final class WorldKeeper implements AutoCloseable {
    private static final String FILE = "simulator-world.json";
    private static final long PAUSE_MILLIS = 1_000;

    private final World world;
    private final Path file;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread writer;
    private long written;

    private WorldKeeper(World world, Path file) {
        this.world = world;
        this.file = file;
        this.written = world.changes();
        this.writer = Thread.ofPlatform().daemon().name("world-keeper").unstarted(this::writeChanges);
    }

    /** Fills the empty world from the folder, which is made where it is not there, and keeps it from then on. */
    public static WorldKeeper keep(World world, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(FILE);
        if (Files.exists(file)) {
            synchronized (world) {
                SavedWorld.read(file, world);
            }
        }
        WorldKeeper keeper = new WorldKeeper(world, file);
        keeper.writer.start();
        return keeper;
    }

    private void writeChanges() {
        try {
            while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                write();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void write() {
        long changes;
        SavedWorld saved;
        synchronized (world) {
            changes = world.changes();
            if (changes == written) {
                return;
            }
            saved = SavedWorld.of(world);
        }
        try {
            SavedWorld.write(file, Json.bytes(saved));
            written = changes;
        } catch (IOException notWritten) {
            // Tried again after the pause; the simulator itself goes on.
            System.err.println("The simulator's world cannot be written to " + file + ": " + notWritten.getMessage());
        }
    }

    @Override
    public void close() {
        closed.countDown();
        write();
    }
}
