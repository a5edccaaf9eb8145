package io.warroom.simulator.witness;

import io.warroom.simulator.witness.Fields.Bad;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** {@code /sim/v1}: tells the simulator about tenants, and tests about what happened. Called under the world's monitor. */
public final class Admin {
    private static final Map<Platform, Set<String>> APP_FIELDS = Map.of(
            Platform.WECOM, Set.of("enterpriseId", "enterpriseKey", "addressBookKey", "serviceId"),
            Platform.DINGTALK, Set.of("clientId", "clientSecret", "groupTemplateId", "robotId", "serviceId"),
            Platform.LARK, Set.of("appId", "appSecret"));

    private static final int MOST_SIGN_INS = 10_000;
    private static final Set<String> SET_UP = Set.of(
            "limits",
            "settlingSeconds",
            "withheldScopes",
            "addressAllowed",
            "rootVisible",
            "appState",
            "botOn",
            "headcountCap",
            "groupCap",
            "foreignChats");

    private final World world;
    private final Faults faults;
    private final Witness witness;

    /** Serves and changes that world and those faults. */
    public Admin(World world, Faults faults) {
        this.world = world;
        this.faults = faults;
        this.witness = new Witness(world);
    }

    /** Answers one call; its path starts behind {@code /sim/v1}. */
    public Answer answer(Call call) {
        String[] path = call.path().substring(1).split("/", -1);
        String route = call.method() + " "
                + (path[0].equals("tenants") && path.length > 1
                        ? "tenants/:id" + (path.length > 3 ? "/:platform/" + path[3] : "/".repeat(path.length - 2))
                        : path[0].equals("faults") && path.length == 2 ? "faults/:id" : String.join("/", path));
        try {
            if (!call.method().equals("GET")) {
                world.changed();
            }
            return switch (route) {
                case "GET health" -> ok(Map.of("status", "UP"));
                case "GET rooms" -> witness.rooms(call);
                case "GET direct-messages" -> witness.directMessages(call);
                case "GET calls" -> witness.calls(call);
                case "GET calls/log" -> witness.callLog(call);
                case "GET drops" -> witness.drops(call);
                case "GET repeats" -> witness.repeats(call);
                case "GET violations" -> witness.violations(call);
                case "GET tenants" -> witness.tenants(call);
                case "PUT tenants/:id" -> tenant(path[1], call);
                case "GET unsettled" -> unsettled();
                case "GET tenants/:id/:platform/switches" ->
                    ok(Map.of("switches", org(path).switches.on(org(path).platform)));
                case "PUT tenants/:id/:platform/switches" -> switches(org(path), call);
                case "PUT tenants/:id/:platform/webhooks" -> webhook(org(path), call);
                case "PUT tenants/:id/:platform/sign-ins" -> signIn(org(path), call);
                case "POST tenants/:id/:platform/revoke-tokens" -> {
                    world.revoke(org(path));
                    yield ok(Map.of("revoked", true));
                }
                case "POST tenants/:id/:platform/dissolve" -> dissolve(org(path), call);
                case "PUT faults" -> faults(call);
                case "POST faults" -> moreFaults(call);
                case "GET faults" -> ok(Map.of("faults", faults.describe()));
                case "DELETE faults" -> {
                    faults.replace(List.of(), 0);
                    yield ok(Map.of("faults", 0));
                }
                case "DELETE faults/:id" -> removeFault(path[1]);
                case "POST reset" -> {
                    world.reset();
                    faults.replace(List.of(), 0);
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
        Set<String> allowed = new HashSet<>(SET_UP);
        for (Unsettled open : Unsettled.values()) {
            if (!open.positions(org.platform).isEmpty()) {
                allowed.add(open.title());
            }
        }
        Fields body = new Fields(call.body(), "body", allowed);
        Switches old = org.switches;
        Map<Unsettled, String> settled = new HashMap<>(old.settled());
        for (Unsettled open : Unsettled.values()) {
            if (body.has(open.title())) {
                settled.put(open, body.oneOf(open.title(), open.positions(org.platform)));
            }
        }
        org.switches = new Switches(
                body.flag("limits", old.limits()),
                body.number("settlingSeconds", 0, 3_600, old.settlingSeconds()),
                body.has("withheldScopes") ? body.texts("withheldScopes") : old.withheldScopes(),
                body.flag("addressAllowed", old.addressAllowed()),
                body.flag("rootVisible", old.rootVisible()),
                body.choice("appState", Switches.AppState.class, old.appState()),
                body.flag("botOn", old.botOn()),
                body.number("headcountCap", 1, 10_000_000, old.headcountCap()),
                body.number("groupCap", 0, 10_000, old.groupCap()),
                body.has("foreignChats") ? body.texts("foreignChats") : old.foreignChats(),
                settled);
        return ok(Map.of("switches", org.switches.on(org.platform)));
    }

    /** What each platform's pages leave open, and the ways it may go, the usual one first. */
    private static Answer unsettled() {
        Map<Platform, Map<String, List<String>>> all = new EnumMap<>(Platform.class);
        for (Platform platform : Platform.values()) {
            Map<String, List<String>> positions = new TreeMap<>();
            for (Unsettled open : Unsettled.values()) {
                if (!open.positions(platform).isEmpty()) {
                    positions.put(open.title(), open.positions(platform));
                }
            }
            all.put(platform, positions);
        }
        return ok(Map.of("unsettled", all));
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

    /** As a person does in the browser, who comes back with a code. */
    private Answer signIn(Org org, Call call) {
        Fields body = new Fields(call.body(), "body", Set.of("code", "userId"));
        if (org.signIns.size() >= MOST_SIGN_INS) {
            throw new Bad("body.code: the tenant has " + MOST_SIGN_INS + " sign-ins; reset the simulator");
        }
        org.signIns.put(body.text("code"), new Org.SignIn(body.text("userId"), world.now(), false));
        return ok(Map.of("code", body.text("code")));
    }

    /** As the group's owner does in the client. */
    private Answer dissolve(Org org, Call call) {
        Fields body = new Fields(call.body(), "body", Set.of("roomId"));
        Room room = world.room(org, body.text("roomId"));
        if (room == null) {
            throw new Bad("body.roomId is no room of the tenant");
        }
        room.dissolved = true;
        world.noteChanges();
        return ok(Map.of("dissolved", true));
    }

    private Answer faults(Call call) {
        Fields body = new Fields(call.body(), "body", Set.of("faults", "seed"));
        List<Fault> asked = FaultRequests.read(body.list("faults"), world.now());
        faults.replace(asked, body.number("seed", 0, Integer.MAX_VALUE, 0));
        return ok(Map.of("faults", asked.size()));
    }

    private Answer moreFaults(Call call) {
        Fields body = new Fields(call.body(), "body", Set.of("faults", "seed"));
        List<Fault> asked = FaultRequests.read(body.list("faults"), world.now());
        faults.add(asked, body.number("seed", 0, Integer.MAX_VALUE, 0));
        return ok(Map.of("faults", faults.describe()));
    }

    private Answer removeFault(String id) {
        boolean removed = id.matches("\\d{1,18}") && faults.remove(Long.parseLong(id));
        return removed ? ok(Map.of("removed", true)) : error(404, "there is no fault " + id);
    }

    private Org org(String[] path) {
        Platform platform = Fields.choice("platform", path[2].toUpperCase(Locale.ROOT), Platform.class);
        Org org = path.length == 4 ? world.known(path[1], platform) : null;
        if (org == null) {
            throw new Bad("tenant " + path[1] + " has no organisation on " + platform);
        }
        return org;
    }

    private static Answer ok(Map<String, ?> body) {
        return Answer.json(200, body, false);
    }

    private static Answer error(int status, String why) {
        return Answer.json(status, Map.of("error", why), true);
    }
}
