package io.warroom.local;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Where a running stack's API, broker and registry are: a file by which other commands find them. */
record StackAddress(String api, String bootstrapServers, String registryUrl) {

    static StackAddress of(StackSettings settings) {
        return new StackAddress(
                settings.api(),
                "127.0.0.1:" + settings.brokerPort(),
                "http://127.0.0.1:" + settings.registryPort() + "/apis/ccompat/v7");
    }

    static Path file(Path folder) {
        return folder.resolve("addresses.properties");
    }

    void write(Path folder) throws IOException {
        var addresses = new Properties();
        addresses.setProperty("api", api);
        addresses.setProperty("bootstrapServers", bootstrapServers);
        addresses.setProperty("registryUrl", registryUrl);
        var text = new StringWriter();
        addresses.store(text, null);
        Files.writeString(file(folder), text.toString());
    }

    /** @throws LocalStackException when no stack is up in this folder */
    static StackAddress read(Path folder) {
        try {
            var addresses = new Properties();
            addresses.load(new StringReader(Files.readString(file(folder))));
            return new StackAddress(
                    addresses.getProperty("api", ""),
                    addresses.getProperty("bootstrapServers", ""),
                    addresses.getProperty("registryUrl", ""));
        } catch (IOException e) {
            throw new LocalStackException(
                    "Warroom is not up in " + folder.toAbsolutePath().normalize()
                            + ": run ./warroom up, or give --api.",
                    e);
        }
    }
}
