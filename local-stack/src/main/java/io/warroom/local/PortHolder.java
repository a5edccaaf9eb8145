package io.warroom.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who listens on a port, as far as Linux lets this user see; elsewhere nobody is named. */
final class PortHolder {
    private static final Path PROC = Path.of("/proc");
    private static final String LISTENING = "0A";

    private PortHolder() {}

    /** The process that listens on {@code port}, such as {@code process 4711 (postgres)}; empty when it cannot be told. */
    static Optional<String> of(int port) {
        try {
            var sockets = listeningOn(port);
            if (sockets.isEmpty()) {
                return Optional.empty();
            }
            try (var processes = Files.list(PROC)) {
                return processes
                        .filter(process -> process.getFileName().toString().matches("\\d+"))
                        .filter(process -> holdsOneOf(sockets, process))
                        .findFirst()
                        .map(PortHolder::name);
            }
        } catch (IOException | UncheckedIOException e) {
            // The name is a courtesy: what we may not see, we do not say.
            return Optional.empty();
        }
    }

    private static Set<String> listeningOn(int port) throws IOException {
        var suffix = String.format(Locale.ROOT, ":%04X", port);
        return Stream.of("net/tcp", "net/tcp6")
                .map(PROC::resolve)
                .filter(Files::isReadable)
                .flatMap(PortHolder::lines)
                .map(line -> line.strip().split("\\s+"))
                .filter(columns -> columns.length > 9 && columns[1].endsWith(suffix) && columns[3].equals(LISTENING))
                .map(columns -> "socket:[" + columns[9] + "]")
                .collect(Collectors.toSet());
    }

    private static Stream<String> lines(Path table) {
        try {
            return List.copyOf(Files.readAllLines(table)).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean holdsOneOf(Set<String> sockets, Path process) {
        try (var descriptors = Files.list(process.resolve("fd"))) {
            return descriptors.anyMatch(descriptor -> sockets.contains(target(descriptor)));
        } catch (IOException | UncheckedIOException e) {
            return false; // another user's process, or one that has just ended
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed since it was listed
        }
    }

    private static String name(Path process) {
        var id = process.getFileName().toString();
        try {
            return "process " + id + " ("
                    + Files.readString(process.resolve("comm")).strip() + ")";
        } catch (IOException e) {
            return "process " + id;
        }
    }
}
