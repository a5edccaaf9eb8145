package io.warroom.simulator.witness;

import io.warroom.simulator.witness.Fields.Bad;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells what truly happened, to tests. Called under the world's monitor. */
final class Witness {
    private static final int USUAL_LIMIT = 1_000;

    private final World world;

    Witness(World world) {
        this.world = world;
    }

    Answer tenants(Call call) {
        List<Map<String, Object>> said = new ArrayList<>();
        for (String tenant : newest(List.copyOf(world.tenants()), call, USUAL_LIMIT)) {
            for (Platform platform : Platform.values()) {
                Org org = world.known(tenant, platform);
                if (org != null) {
                    said.add(Map.of(
                            "tenantId",
                            tenant,
                            "platform",
                            platform,
                            "people",
                            org.headcount(),
                            "rooms",
                            org.rooms.size()));
                }
            }
        }
        return ok(Map.of("tenants", said, "total", world.tenants().size()));
    }

    Answer rooms(Call call) {
        requirePlatform(call);
        Stream<Room> wanted = (call.query("tenant").isEmpty()
                        ? world.rooms().stream().filter(room -> wanted(call, room.org.tenantId, room.org.platform))
                        : organisations(call)
                                .flatMap(org -> org.rooms().stream())
                                .sorted(Comparator.comparing(room -> room.createdAt)))
                .filter(about(call.query("incident")));
        List<Room> rooms = newest(wanted.toList(), call, Integer.MAX_VALUE);
        return ok(Map.of("rooms", rooms.stream().map(Witness::describe).toList()));
    }

    /** Rooms that name the incident as a whole word, or were made with it as their key. */
    private static Predicate<Room> about(String incident) {
        if (incident.isEmpty()) {
            return _ -> true;
        }
        Predicate<String> names = Pattern.compile("(?<![\\w-])" + Pattern.quote(incident) + "(?![\\w-])")
                .asPredicate();
        return room -> room.key.equals(incident)
                || names.test(room.name)
                || names.test(room.description)
                || room.messages.stream().anyMatch(message -> names.test(message.text()));
    }

    Answer directMessages(Call call) {
        requirePlatform(call);
        if (call.query("tenant").isEmpty()) {
            throw new Bad("tenant is missing");
        }
        List<Map<String, Object>> said = organisations(call)
                .flatMap(org -> org.directs.stream()
                        .map(direct -> Map.<String, Object>of(
                                "platform", org.platform, "to", direct.to(), "message", direct.message())))
                .toList();
        return ok(Map.of("messages", said));
    }

    Answer calls(Call call) {
        requirePlatform(call);
        List<World.Count> counts = world.counts().stream()
                .filter(count -> wanted(call, count.tenantId(), count.platform()))
                .filter(count -> endpointFits(call, count.endpoint()))
                .toList();
        return ok(Map.of("total", counts.stream().mapToLong(World.Count::count).sum(), "calls", counts));
    }

    Answer callLog(Call call) {
        return journal(
                call,
                "calls",
                world.journal.entries(),
                Journal.Entry::tenantId,
                Journal.Entry::platform,
                entry -> endpointFits(call, entry.endpoint()));
    }

    Answer drops(Call call) {
        return journal(
                call,
                "drops",
                world.journal.drops(),
                Journal.Drop::tenantId,
                Journal.Drop::platform,
                drop -> endpointFits(call, drop.endpoint()));
    }

    Answer repeats(Call call) {
        return journal(
                call,
                "repeats",
                world.journal.repeats(),
                Journal.Repeat::tenantId,
                Journal.Repeat::platform,
                repeat -> endpointFits(call, repeat.endpoint()));
    }

    Answer violations(Call call) {
        return journal(
                call,
                "violations",
                world.journal.violations(),
                Journal.Violation::tenantId,
                Journal.Violation::platform,
                violation -> call.query("offence").isEmpty()
                        || call.query("offence").equals(violation.offence().name()));
    }

    private <T> Answer journal(
            Call call,
            String name,
            List<T> all,
            Function<T, @Nullable String> tenant,
            Function<T, Platform> platform,
            Predicate<T> fits) {
        requirePlatform(call);
        List<T> wanted = all.stream()
                .filter(one -> wanted(call, tenant.apply(one), platform.apply(one)))
                .filter(fits)
                .toList();
        return ok(Map.of(
                name,
                newest(wanted, call, USUAL_LIMIT),
                "total",
                wanted.size(),
                "forgotten",
                world.journal.forgotten()));
    }

    private Stream<Org> organisations(Call call) {
        requirePlatform(call);
        return Stream.of(Platform.values())
                .filter(platform -> wanted(call, call.query("tenant"), platform))
                .map(platform -> world.known(call.query("tenant"), platform))
                .filter(Objects::nonNull);
    }

    private static <T> List<T> newest(List<T> all, Call call, int usual) {
        String asked = call.query("limit");
        if (!asked.matches("|[1-9]\\d{0,5}")) {
            throw new Bad("limit must be from 1 to 999999");
        }
        int limit = asked.isEmpty() ? usual : Integer.parseInt(asked);
        return all.subList(Math.max(0, all.size() - limit), all.size());
    }

    private static void requirePlatform(Call call) {
        if (!call.query("platform").isEmpty()) {
            Fields.choice("platform", call.query("platform"), Platform.class);
        }
    }

    private static boolean wanted(Call call, @Nullable String tenantId, Platform platform) {
        boolean tenantFits =
                call.query("tenant").isEmpty() || call.query("tenant").equals(tenantId);
        boolean platformFits =
                call.query("platform").isEmpty() || call.query("platform").equals(platform.name());
        return tenantFits && platformFits;
    }

    private static boolean endpointFits(Call call, String endpoint) {
        return call.query("endpoint").isEmpty() || call.query("endpoint").equals(endpoint);
    }

    private static Map<String, Object> describe(Room room) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("platform", room.org.platform);
        said.put("tenantId", room.org.tenantId);
        said.put("roomId", room.roomId);
        said.put("key", room.key);
        said.put("name", room.name);
        said.put("description", room.description);
        said.put("ownerId", room.ownerId);
        said.put("createdAt", room.createdAt.toString());
        said.put("dissolved", room.dissolved);
        said.put(
                "members",
                room.members.stream()
                        .map(id -> Map.of("userId", id, "name", name(room.org, id)))
                        .toList());
        said.put("messages", List.copyOf(room.messages));
        said.put(
                "renamedFrom",
                room.notes.stream()
                        .filter(note -> note.what() == RoomNote.What.RENAMED)
                        .map(RoomNote::before)
                        .toList());
        return said;
    }

    private static String name(Org org, String userId) {
        return org.person(userId).map(Person::name).orElse(userId);
    }

    private static Answer ok(Map<String, ?> body) {
        return Answer.json(200, body, false);
    }
}
