package io.warroom.local;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code warroom declare}: one incident, to a stack that is up. */
@Command(
        name = "declare",
        description = "Declare an incident to a running Warroom and print its result.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:a room is open", "1:no room, or it has to wait", "3:the room of an earlier declaration"},
        mixinStandardHelpOptions = true)
final class DeclareCommand implements Callable<Integer> {
    private static final int EARLIER_ROOM = 3;
    private static final String API_TOKEN = "WARROOM_API_TOKEN";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(250);

    @Option(
            names = "--api",
            description = "The API's address, when it is not the one of --folder; needs WARROOM_API_TOKEN.")
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
        if (api != null) {
            declare(incident, api, Http.as(bearer(System.getenv(API_TOKEN))));
            System.out.println("Its result comes on war-room-opened or war-room-failed.");
            return 0;
        }
        var stack = StackAddress.read(folder);
        try (var watch = new RoomWatch(stack)) {
            var declared = Instant.now();
            declare(incident, stack.api(), Http.as(SignIn.read(folder).authorization()));
            return tellResult(watch, incident, declared);
        }
    }

    /** @throws LocalStackException when it is missing: the operator's password of this machine is for this machine alone */
    static String bearer(@Nullable String token) {
        if (token == null || token.isBlank()) {
            throw new LocalStackException("With --api, give an API token of the tenant in the environment: " + API_TOKEN
                    + " (POST .../tenants/{tenantId}/api-tokens makes one).");
        }
        return "Bearer " + token.strip();
    }

    private static void declare(ObjectNode incident, String address, Http http) {
        var tenant = incident.get("tenantId").asString();
        var answer = http.accepted(
                "The incident was not declared",
                "POST",
                address + "/api/v1/tenants/" + URLEncoder.encode(tenant, StandardCharsets.UTF_8) + "/incidents",
                incident.toString());
        System.out.println("Declared " + incident.get("incidentId").asString() + " for " + tenant + "."
                + effectText(effectOf(answer.body())));
    }

    private static String effectOf(String answer) {
        try {
            return JsonMapper.shared().readTree(answer).path("effect").asString("");
        } catch (JacksonException _) {
            return ""; // an older service, or none of ours
        }
    }

    /** What the declaration does, after a blank; empty for a new incident. */
    static String effectText(String effect) {
        return switch (effect) {
            case "REPLACES_WAITING" -> " It replaces the declaration that waits and is tried at once.";
            case "TRIES_AGAIN" -> " No room was opened for it before; it is tried again.";
            case "REPEATS" ->
                " It was declared before: its earlier result is published again, and nothing else changes unless its room"
                        + " is gone.";
            case "OPENS_ANOTHER" -> " Its earlier room is closed; another one is opened.";
            default -> "";
        };
    }

    /** 0 for a room; 1 for a failure, for an incident that has to wait, and for no result in time; 3 for an earlier declaration's room. */
    private int tellResult(RoomWatch watch, ObjectNode incident, Instant declared) {
        var status = new AtomicInteger(-1);
        var key = incident.get("tenantId").asString() + "/"
                + incident.get("incidentId").asString();
        var end = declared.plus(PATIENCE);
        while (status.get() < 0 && Instant.now().isBefore(end)) {
            watch.read(
                    POLL,
                    room -> {
                        if (key.equals(room.getTenantId() + "/" + room.getIncidentId())) {
                            if (isEarlier(room.getDeclaredAt(), incident)) {
                                System.out.println(ResultText.ofEarlier(room));
                                status.set(EARLIER_ROOM);
                            } else {
                                System.out.println(ResultText.of(room, Duration.between(declared, Instant.now())));
                                status.set(0);
                            }
                        }
                    },
                    failure -> {
                        if (key.equals(failure.getTenantId() + "/" + failure.getIncidentId())) {
                            System.out.println(ResultText.of(failure));
                            status.set(1);
                        }
                    },
                    waiting -> {
                        if (key.equals(waiting.getTenantId() + "/" + waiting.getIncidentId())) {
                            System.out.println(ResultText.of(waiting));
                            status.set(1);
                        }
                    });
        }
        if (status.get() < 0) {
            throw new LocalStackException("No result within " + PATIENCE.toSeconds() + " s; it may still come. See "
                    + folder.resolve("logs").resolve("worker.log"));
        }
        return status.get();
    }

    /** Whether a result is of an earlier declaration than this one. */
    static boolean isEarlier(Instant declaredAt, ObjectNode incident) {
        var own = incident.path("declaredAt").asString("");
        return !own.isEmpty() && declaredAt.isBefore(Instant.parse(own).truncatedTo(ChronoUnit.MILLIS));
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
