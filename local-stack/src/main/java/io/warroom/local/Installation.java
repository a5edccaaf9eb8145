package io.warroom.local;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder that holds the programs which the stack runs beside itself: the module's {@code target}, or what the system
 * property {@code warroom.local.home} names.
 */
final class Installation {
    static final String HOME = "warroom.local.home";

    private Installation() {}

    static Path home() {
        return Optional.ofNullable(System.getProperty(HOME))
                .map(Path::of)
                .orElseGet(() -> besides(Installation.class))
                .toAbsolutePath();
    }

    /** The registry's folder, unpacked by the build. */
    static Path registry() {
        var registry = home().resolve("apicurio-registry");
        if (!Files.isRegularFile(registry.resolve("quarkus-run.jar"))) {
            throw new LocalStackException(
                    "No schema registry in " + registry + ": build the module local-stack, or name the"
                            + " folder that holds apicurio-registry with -D" + HOME + "=<folder>.");
        }
        return registry;
    }

    /** The folder of the jar, or of the classes folder, that {@code type} was loaded from. */
    private static Path besides(Class<?> type) {
        var location = type.getProtectionDomain().getCodeSource().getLocation().toString();
        // Inside an executable jar: jar:nested:/folder/local-stack-exec.jar/!BOOT-INF/classes/!/
        var file = location.replaceFirst("^jar:", "").replaceFirst("^nested:", "file:");
        int inside = file.indexOf("/!");
        var source = Path.of(URI.create(inside < 0 ? file : file.substring(0, inside)));
        try {
            var folder = source.toRealPath().getParent();
            if (folder == null) {
                throw new LocalStackException("Nothing can lie beside " + source + ".");
            }
            return folder;
        } catch (IOException e) {
            throw new LocalStackException("Where the local stack was loaded from cannot be told: " + location, e);
        }
    }
}
