package io.warroom.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file by which other commands find a running stack's API. */
final class StackAddress {
    private StackAddress() {}

    static Path file(Path folder) {
        return folder.resolve("api");
    }

    static void write(Path folder, String api) throws IOException {
        Files.writeString(file(folder), api);
    }

    /** @throws LocalStackException when no stack is up in this folder */
    static String read(Path folder) {
        try {
            return Files.readString(file(folder)).strip();
        } catch (IOException e) {
            throw new LocalStackException(
                    "Warroom is not up in " + folder.toAbsolutePath().normalize()
                            + ": run ./warroom up, or give --api.",
                    e);
        }
    }
}
