package io.warroom.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The executable jars of the services, as a build leaves them under the project's folder; unpacked, where that starts sooner. */
record ServiceJars(Path configService, Path worker, Path simulator) {
    static final String PROJECT = "warroom.home";

    /** @throws LocalStackException naming the jar that is not built */
    static ServiceJars find() {
        var project = Optional.ofNullable(System.getProperty(PROJECT))
                .map(Path::of)
                .orElseGet(() -> Installation.home().resolve("../..").normalize());
        return new ServiceJars(
                jar(project, "config-service", "target/program"),
                jar(project, "warroom-worker", "target/program"),
                jar(project, "platform-simulator", "target"));
    }

    private static Path jar(Path project, String module, String folder) {
        var target = project.resolve(module).resolve(folder);
        if (Files.isDirectory(target)) {
            try (var files = Files.newDirectoryStream(target, module + "-*-exec.jar")) {
                for (var jar : files) {
                    return jar;
                }
            } catch (IOException e) {
                throw new LocalStackException("Cannot look into " + target + ": " + e.getMessage(), e);
            }
        }
        throw new LocalStackException("No " + module + "-*-exec.jar in " + target + ": build it with ./mvnw package.");
    }
}
