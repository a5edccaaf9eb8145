package io.warroom.local;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code warroom declare}: one incident, to a stack that is up. */
@Command(name = "declare", description = "Declare an incident to a running Warroom.", mixinStandardHelpOptions = true)
final class DeclareCommand implements Callable<Integer> {
    @Option(names = "--api", description = "The API's address, when it is not the one of --folder.")
    private @Nullable String api;

    @Option(names = "--folder", defaultValue = ".warroom", description = "Where 'up' runs (${DEFAULT-VALUE}).")
    private Path folder = Path.of(".warroom");

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Source source = new Source();

    /** The incident comes from a file or from flags. */
    static final class Source {
        @Option(names = "--file", required = true, description = "A JSON file that holds one incident.")
        private @Nullable Path file;

        @ArgGroup(exclusive = false)
        private @Nullable ByFlags flags;
    }

    /** The incident, flag by flag. */
    static final class ByFlags {
        @Option(names = "--tenant", required = true, description = "The tenant's id.")
        private String tenant = "";

        @Option(names = "--title", required = true, description = "What is wrong, in a line.")
        private String title = "";

        @Option(names = "--severity", defaultValue = "P2", description = "P1 to P5 (${DEFAULT-VALUE}).")
        private String severity = "P2";

        @Option(names = "--incident-id", description = "Unique in the tenant; generated when left out.")
        private @Nullable String incidentId;

        @Option(
                names = "--responder",
                paramLabel = "name,email,mobile",
                description = "Who should be in the room; repeat it. The first is in command.")
        private List<String> responders = new ArrayList<>();
    }

    @Override
    public Integer call() {
        var incident = incident();
        var address = api == null ? StackAddress.read(folder) : api;
        var tenant = URLEncoder.encode(incident.get("tenantId").asString(), StandardCharsets.UTF_8);
        try {
            var answer =
                    new Http().json("POST", address + "/api/v1/tenants/" + tenant + "/incidents", incident.toString());
            if (!answer.accepted()) {
                throw new LocalStackException("The API refused the incident: " + Problem.inWords(answer));
            }
            System.out.println("Declared " + incident.get("incidentId").asString() + ". "
                    + answer.body().strip());
            return 0;
        } catch (IOException | IllegalArgumentException e) {
            throw new LocalStackException("The API at " + address + " does not answer: is Warroom up? (" + e + ")", e);
        }
    }

    ObjectNode incident() {
        if (source.file != null) {
            return IncidentJson.read(source.file);
        }
        var flags = source.flags;
        if (flags == null) {
            throw new LocalStackException("Give --file, or --tenant and --title.");
        }
        var id =
                flags.incidentId == null ? "INC-" + UUID.randomUUID().toString().substring(0, 8) : flags.incidentId;
        return IncidentJson.of(
                new IncidentJson.Flags(flags.tenant, id, flags.title, flags.severity, flags.responders), Instant.now());
    }
}
