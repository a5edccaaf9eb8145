package io.warroom.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One stack at a time in a folder. The operating system drops the lock with the process, so none is ever left behind. */
final class RunLock implements AutoCloseable {
    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws LocalStackException when another stack runs in this folder, naming its process */
    static RunLock take(Path folder) {
        var file = folder.resolve("lock");
        try {
            Files.createDirectories(folder);
            var channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (locked(channel)) {
                channel.truncate(0);
                channel.write(StandardCharsets.US_ASCII.encode(
                        Long.toString(ProcessHandle.current().pid())));
                return new RunLock(channel);
            }
            channel.close();
            throw new LocalStackException("Warroom is already up in " + folder.toAbsolutePath() + " (process "
                    + Files.readString(file).strip() + "): stop that one first, or choose another --folder.");
        } catch (IOException e) {
            throw new LocalStackException("Cannot use the folder " + folder + ": " + e, e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // this very process holds it
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
