package io.warroom.simulator.witness;

import io.warroom.simulator.witness.Faults.Fault;
import io.warroom.simulator.witness.Fields.Bad;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** {@code /sim/v1}: tells the simulator about tenants, and tests about what happened. Called under the world's monitor. */
public final class Admin {
    private static final Map<Platform, Set<String>> APP_FIELDS = Map.of(
            Platform.WECOM, Set.of("enterpriseId", "enterpriseKey", "addressBookKey", "serviceId"),
            Platform.DINGTALK, Set.of("clientId", "clientSecret", "groupTemplateId", "robotId", "serviceId"),
            Platform.LARK, Set.of("appId", "appSecret"));

    private final World world;
    private final Faults faults;

    /** Serves and changes that world and those faults. */
    public Admin(World world, Faults faults) {
        this.world = world;
        this.faults = faults;
    }

    /** Answers one call; its path starts behind {@code /sim/v1}. */
    public Answer answer(Call call) {
        String[] path = call.path().substring(1).split("/", -1);
        String route = call.method() + " "
                + (path[0].equals("tenants") && path.length > 1
                        ? "tenants/:id" + (path.length > 3 ? "/:platform/" + path[3] : "/".repeat(path.length - 2))
                        : String.join("/", path));
        try {
            return switch (route) {
                case "GET health" -> ok(Map.of("status", "UP"));
                case "GET rooms" -> rooms(call);
                case "GET direct-messages" -> directMessages(call);
                case "GET calls" -> calls(call);
                case "PUT tenants/:id" -> tenant(path[1], call);
                case "PUT tenants/:id/:platform/switches" -> switches(org(path), call);
                case "PUT tenants/:id/:platform/webhooks" -> webhook(org(path), call);
                case "POST tenants/:id/:platform/revoke-tokens" -> {
                    world.revoke(org(path));
                    yield ok(Map.of("revoked", true));
                }
                case "PUT faults" -> faults(call);
                case "POST reset" -> {
                    world.reset();
                    faults.replace(List.of());
                    yield ok(Map.of("reset", true));
                }
                default -> error(404, "no such route: " + call.method() + " /sim/v1" + call.path());
            };
        } catch (Bad bad) {
            return error(400, String.valueOf(bad.getMessage()));
        }
    }

    private Answer tenant(String tenantId, Call call) {
        if (tenantId.isBlank()) {
            throw new Bad("tenantId is empty");
        }
        Fields body = new Fields(call.body(), "body", Set.of("platform", "app", "people"));
        Platform platform = body.choice("platform", Platform.class);
        Set<String> names = APP_FIELDS.getOrDefault(platform, Set.of());
        // The service id of Lark is the app id again; senders that treat all platforms alike give it.
        Set<String> allowed = new HashSet<>(names);
        allowed.add("serviceId");
        Fields given = new Fields(body.node("app"), "app", allowed);
        Map<String, String> app = new HashMap<>();
        for (String name : names) {
            app.put(name, name.equals("serviceId") ? given.textOrNumber(name) : given.text(name));
        }
        if (platform != Platform.LARK && !app.getOrDefault("serviceId", "").matches("\\d{1,18}")) {
            throw new Bad("app.serviceId must be a whole number");
        }
        Map<String, Person> people = new LinkedHashMap<>();
        for (JsonNode one : body.list("people")) {
            Fields person = new Fields(
                    one,
                    "people[" + people.size() + "]",
                    Set.of("userId", "name", "mobile", "email", "visible", "resigned"));
            String userId = person.text("userId");
            people.put(
                    userId,
                    new Person(
                            userId,
                            person.text("name", userId),
                            person.text("mobile", ""),
                            person.text("email", ""),
                            person.flag("visible", true),
                            person.flag("resigned", false)));
        }
        boolean fresh = world.known(tenantId, platform) == null;
        Org org = world.org(tenantId, platform);
        world.register(org, app);
        org.replacePeople(people.values());
        Map<String, Object> said = Map.of("tenantId", tenantId, "platform", platform, "people", people.size());
        return Answer.json(fresh ? 201 : 200, said, false);
    }

    private static Answer switches(Org org, Call call) {
        Fields body = new Fields(
                call.body(),
                "body",
                Set.of(
                        "repeatedUuid",
                        "unknownChat",
                        "unknownMember",
                        "invisibleMember",
                        "unknownPerson",
                        "expiredToken",
                        "existingMember",
                        "badMember",
                        "settlingSeconds",
                        "limits",
                        "withheldScopes",
                        "addressAllowed",
                        "rootVisible",
                        "appState"));
        Switches old = org.switches;
        org.switches = new Switches(
                body.choice("repeatedUuid", Switches.RepeatedUuid.class, old.repeatedUuid()),
                body.number("unknownChat", 1, 999_999, old.unknownChat()),
                body.number("unknownMember", 1, 999_999, old.unknownMember()),
                body.number("invisibleMember", 1, 999_999, old.invisibleMember()),
                body.number("unknownPerson", 1, 999_999, old.unknownPerson()),
                body.number("expiredToken", 1, 999_999, old.expiredToken()),
                body.choice("existingMember", Switches.ExistingMember.class, old.existingMember()),
                body.choice("badMember", Switches.BadMember.class, old.badMember()),
                body.number("settlingSeconds", 0, 3_600, old.settlingSeconds()),
                body.flag("limits", old.limits()),
                body.has("withheldScopes") ? body.texts("withheldScopes") : old.withheldScopes(),
                body.flag("addressAllowed", old.addressAllowed()),
                body.flag("rootVisible", old.rootVisible()),
                body.choice("appState", Switches.AppState.class, old.appState()));
        return ok(Map.of("switches", org.switches));
    }

    private Answer webhook(Org org, Call call) {
        Fields body = new Fields(call.body(), "body", Set.of("key", "roomId", "secret", "keywords"));
        Room room = world.room(org, body.text("roomId"));
        if (room == null) {
            throw new Bad("body.roomId is no room of the tenant");
        }
        Set<String> keywords = body.has("keywords") ? body.texts("keywords") : Set.of();
        Webhook webhook = new Webhook(room, body.text("key"), body.text("secret", ""), keywords);
        world.add(webhook);
        return ok(Map.of("key", webhook.key));
    }

    private Answer faults(Call call) {
        Fields body = new Fields(call.body(), "body", Set.of("faults"));
        List<Fault> asked = new ArrayList<>();
        for (JsonNode one : body.list("faults")) {
            Fields fault = new Fields(
                    one,
                    "faults[" + asked.size() + "]",
                    Set.of("tenant", "platform", "endpoint", "kind", "times", "millis", "code"));
            Faults.Kind kind = fault.choice("kind", Faults.Kind.class);
            if ((kind == Faults.Kind.REFUSED) != fault.has("code")) {
                throw new Bad("faults[" + asked.size() + "].code goes with REFUSED and nothing else");
            }
            boolean words = fault.has("platform") && fault.choice("platform", Platform.class) == Platform.DINGTALK;
            if (kind == Faults.Kind.REFUSED
                    && !fault.text("code").matches(words ? "[A-Za-z0-9.-]{1,80}" : "-?[0-9]{1,9}")) {
                throw new Bad("faults[" + asked.size() + "].code must be a number, or a word with platform DINGTALK");
            }
            asked.add(new Fault(
                    fault.has("tenant") ? fault.text("tenant") : null,
                    fault.has("platform") ? fault.choice("platform", Platform.class) : null,
                    fault.has("endpoint") ? fault.text("endpoint") : null,
                    kind,
                    fault.number("times", 1, 1_000_000, 1),
                    fault.number("millis", 0, 600_000, 0),
                    fault.text("code", "")));
        }
        faults.replace(asked);
        return ok(Map.of("faults", asked.size()));
    }

    private Org org(String[] path) {
        Platform platform = Fields.choice("platform", path[2].toUpperCase(Locale.ROOT), Platform.class);
        Org org = path.length == 4 ? world.known(path[1], platform) : null;
        if (org == null) {
            throw new Bad("tenant " + path[1] + " has no organisation on " + platform);
        }
        return org;
    }

    private Answer rooms(Call call) {
        requireFilter(call);
        Stream<Room> wanted = call.query("tenant").isEmpty()
                ? world.rooms().stream().filter(room -> wanted(call, room.org.tenantId, room.org.platform))
                : Stream.of(Platform.values())
                        .filter(platform -> wanted(call, call.query("tenant"), platform))
                        .map(platform -> world.known(call.query("tenant"), platform))
                        .filter(Objects::nonNull)
                        .flatMap(org -> org.rooms().stream())
                        .sorted(Comparator.comparing(room -> room.createdAt));
        if (!call.query("limit").isEmpty()) {
            if (!call.query("limit").matches("[1-9]\\d{0,5}")) {
                throw new Bad("limit must be from 1 to 999999");
            }
            List<Room> all = wanted.toList();
            wanted = all.subList(Math.max(0, all.size() - Integer.parseInt(call.query("limit"))), all.size()).stream();
        }
        return ok(Map.of("rooms", wanted.map(Admin::describe).toList()));
    }

    private Answer directMessages(Call call) {
        requireFilter(call);
        if (call.query("tenant").isEmpty()) {
            throw new Bad("tenant is missing");
        }
        List<Map<String, Object>> said = Stream.of(Platform.values())
                .filter(platform -> wanted(call, call.query("tenant"), platform))
                .map(platform -> world.known(call.query("tenant"), platform))
                .filter(Objects::nonNull)
                .flatMap(org -> org.directs.stream()
                        .map(direct -> Map.<String, Object>of(
                                "platform", org.platform, "to", direct.to(), "message", direct.message())))
                .toList();
        return ok(Map.of("messages", said));
    }

    private Answer calls(Call call) {
        requireFilter(call);
        List<World.Count> counts = world.counts().stream()
                .filter(count -> wanted(call, count.tenantId(), count.platform()))
                .toList();
        return ok(Map.of("total", counts.stream().mapToLong(World.Count::count).sum(), "calls", counts));
    }

    private static void requireFilter(Call call) {
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
        return said;
    }

    private static String name(Org org, String userId) {
        return org.person(userId).map(Person::name).orElse(userId);
    }

    private static Answer ok(Map<String, ?> body) {
        return Answer.json(200, body, false);
    }

    private static Answer error(int status, String why) {
        return Answer.json(status, Map.of("error", why), true);
    }
}
