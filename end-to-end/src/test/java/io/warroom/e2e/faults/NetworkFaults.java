package io.warroom.e2e.faults;

import io.warroom.e2e.Product;
import io.warroom.e2e.SampleTenants;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** F19 to F24 and F53 to F56: what befalls the ways between the worker, its broker and the platforms. */
final class NetworkFaults {

    /** Five seconds are promised; the rest is for a busy machine. */
    private static final Duration MAX_UNAVAILABLE_ANSWER = Duration.ofSeconds(10);

    private NetworkFaults() {}

    static List<Fault> all() {
        return List.of(
                Fault.shared(
                        "F19",
                        "150 to 300 ms more on the way to broker and platforms, then 24 KB/s",
                        NetworkFaults::slow),
                Fault.shared("F20", "connections are reset again and again, then refused", NetworkFaults::resets),
                Fault.shared("F21", "half-open: connections stay, and nothing gets through", NetworkFaults::halfOpen),
                Fault.shared("F22", "every byte travels alone", cell -> {
                    cell.stage.requireWorkers(2);
                    cell.stage.toPlatforms().weather(Link.Weather.SLICED);
                    cell.stage.toBroker.weather(Link.Weather.SLICED);
                    var all = cell.declare(60);
                    cell.awaitEnded(all, all.size());
                }),
                Fault.shared(
                        "F23",
                        "the platform's name cannot be resolved, then has another address",
                        NetworkFaults::names),
                Fault.shared(
                        "F24",
                        "cut between worker and broker alone, then between worker and platforms alone",
                        NetworkFaults::partition),
                Fault.shared(
                        "F53",
                        "every packet between the workers and the broker is swallowed, with no FIN or RST",
                        NetworkFaults::swallowedByBroker),
                Fault.shared(
                        "F54",
                        "every packet between the workers and the platforms is swallowed",
                        NetworkFaults::swallowedByPlatforms),
                Fault.shared(
                        "F55",
                        "every packet between the workers and the registry is swallowed, of running workers and of one"
                                + " that starts",
                        NetworkFaults::swallowedByRegistry),
                Fault.shared(
                        "F56",
                        "every packet between the config service and its database is swallowed",
                        NetworkFaults::swallowedByDatabase));
    }

    private static void swallowedByBroker(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        var all = cell.declare(60);
        cell.awaitEnded(all, cell.random.nextInt(40));
        cell.stage.toBroker.swallow();
        cell.declare(30);
        // Longer than the session's and a request's time-out: the group has gone on without its members.
        Cell.last(Duration.ofSeconds(cell.thorough ? 40 : 15));
        cell.require(cell.stage.toBroker.swallowed() > 0, Invariant.I9, "no packet was swallowed");
    }

    private static void swallowedByPlatforms(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        var all = cell.declare(60);
        cell.awaitEnded(all, cell.random.nextInt(40));
        cell.stage.toPlatforms().swallow();
        all.addAll(cell.declare(30));
        cell.awaitThat(
                () -> cell.stage.topics.endedOrWaiting(all) == all.size(),
                () -> "neither ended nor parked while packets to the platforms are swallowed: "
                        + cell.stage.topics.state(all));
        cell.require(cell.stage.toPlatforms().swallowed() > 0, Invariant.I9, "no packet was swallowed");
    }

    private static void swallowedByRegistry(Cell cell) throws Exception {
        cell.stage.requireWorkers(1);
        var before = cell.declare(30);
        cell.awaitEnded(before, before.size());
        cell.stage.toRegistry.swallow();
        var running = cell.declare(30);
        cell.awaitEnded(running, running.size());
        var newcomer = cell.stage.launch(List.of(), List.of());
        cell.awaitThat(() -> cell.stage.toRegistry.swallowed() > 0, () -> "the registry was not called");
        Cell.last(Duration.ofSeconds(5));
        cell.require(
                !newcomer.isReady(), Invariant.I5, "a worker that cannot read the configuration calls itself ready");
        cell.stage.toRegistry.heal();
        newcomer.awaitReady();
        var afterwards = cell.declare(30);
        cell.awaitEnded(afterwards, afterwards.size());
    }

    /** Workers open rooms meanwhile; requests are answered in time, and served again without a restart. */
    private static void swallowedByDatabase(Cell cell) throws Exception {
        cell.stage.requireWorkers(1);
        var tenant = cell.anyTenant();
        String app = "/tenants/" + tenant.path("tenantId").asString() + "/mobile-apps";
        cell.stage.toDatabase.swallow();
        var alone = cell.declare(60);
        long begun = System.nanoTime();
        int refused = cell.product.api("GET", app, null).statusCode();
        var took = Duration.ofNanos(System.nanoTime() - begun);
        cell.require(refused == 503, Invariant.I9, "without its database the config service answers " + refused);
        cell.require(
                took.compareTo(MAX_UNAVAILABLE_ANSWER) <= 0,
                Invariant.I9,
                "without its database the config service answers after " + took);
        cell.awaitEnded(alone, alone.size());
        cell.stage.toDatabase.heal();
        cell.awaitThat(
                () -> cell.product.api("GET", app, null).statusCode() == 200,
                () -> "the config service does not go on when its database is back");
        var newcomer = cell.newTenant("LARK");
        cell.stage.enable(newcomer);
        var last = cell.declare(3, List.of(newcomer));
        cell.awaitEnded(last, last.size());
    }

    private static void slow(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        // Whoever takes a partition over reads its results, of all faults before: at 24 KB/s that would be what is
        // measured.
        cell.awaitShared();
        var slow = Link.Weather.slow(150, 150, 0);
        cell.stage.toBroker.weather(slow);
        cell.stage.toPlatforms().weather(slow);
        var all = new ArrayList<>(cell.declare(60));
        cell.awaitEnded(all, 30);
        var narrow = Link.Weather.slow(0, 0, 24 * 1_024);
        cell.stage.toBroker.weather(narrow);
        cell.stage.toPlatforms().weather(narrow);
        all.addAll(cell.declare(30));
        cell.awaitEnded(all, all.size());
    }

    private static void resets(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        var all = new ArrayList<String>();
        for (int i = 0; i < 4; i++) {
            int before = all.size();
            all.addAll(cell.declare(45));
            cell.awaitEnded(all, before + cell.random.nextInt(30));
            cell.stage.toPlatforms().reset();
            cell.stage.toBroker.reset();
        }
        cell.stage.toBroker.cut();
        // Declared while nobody can hear it.
        cell.declare(30);
        cell.awaitThat(() -> cell.stage.toBroker.refused() > 10, () -> "nobody missed the broker");
    }

    private static void halfOpen(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        var all = cell.declare(60);
        cell.awaitEnded(all, cell.random.nextInt(40));
        cell.stage.toPlatforms().weather(Link.Weather.SILENT);
        all.addAll(cell.declare(30));
        // Calls give up after their time-out, incidents are parked after their patience.
        cell.awaitThat(
                () -> cell.stage.topics.endedOrWaiting(all) == all.size(),
                () -> "neither ended nor parked while the platforms say nothing: " + cell.stage.topics.state(all));
        cell.stage.toPlatforms().heal();
        cell.awaitEnded(all, all.size());
        var more = cell.declare(60);
        cell.awaitEnded(more, cell.random.nextInt(40));
        cell.stage.toBroker.weather(Link.Weather.SILENT);
        Cell.last(Duration.ofSeconds(cell.thorough ? 40 : 12));
    }

    /** A worker whose names come from a file: first none, then one address, then another. */
    private static void names(Cell cell) throws Exception {
        cell.stage.requireWorkers(0);
        var hosts = Files.createTempFile("hosts-", "");
        var target = URI.create(cell.product.platformsUrl());
        String renamed = "http://" + Product.PLATFORMS_NAME + ":" + target.getPort();
        var worker = cell.stage.launch(
                List.of(
                        "-Djdk.net.hosts.file=" + hosts,
                        "-Dsun.net.inetaddr.ttl=1",
                        "-Dsun.net.inetaddr.negative.ttl=0"),
                List.of());
        var tenants = new ArrayList<JsonNode>();
        for (String platform : List.of("WECOM", "DINGTALK", "LARK")) {
            tenants.add(enabledAt(cell, cell.newTenant(platform), renamed));
        }
        worker.awaitReady();
        var all = cell.declare(9, tenants);
        cell.awaitThat(
                () -> cell.stage.topics.everParked(all) > 0,
                () -> "nobody waits for a name that cannot be resolved: " + cell.stage.topics.state(all));
        address(hosts, "127.0.0.1");
        cell.awaitEnded(all, all.size());
        try (var elsewhere = Link.at("127.0.0.2", target.getPort(), cell.product.simulatorAuthority())) {
            address(hosts, "127.0.0.2");
            cell.stage.toPlatforms().cut();
            var moved = cell.declare(9, tenants);
            cell.awaitEnded(moved, moved.size());
            cell.require(elsewhere.served() > 0, Invariant.I9, "nobody came to the new address");
        } finally {
            // Nobody else resolves names so.
            cell.stage.stop(worker);
            Files.delete(hosts);
        }
        cell.stage.requireWorkers(1);
    }

    private static void address(Path hosts, String address) throws Exception {
        Files.writeString(hosts, "%s %s localhost%n".formatted(address, Product.PLATFORMS_NAME));
    }

    /** Enabled with that address and unchecked: the config service does not know the name. */
    private static JsonNode enabledAt(Cell cell, JsonNode tenant, String base) throws Exception {
        String id = tenant.path("tenantId").asString();
        String platform = tenant.path("platform").asString();
        var parameters = SampleTenants.parameters(id, platform);
        SampleTenants.secretsOf(parameters).forEach(cell.stage.secrets::add);
        SampleTenants.register(cell.product, tenant, parameters);
        var body = new HashMap<>(parameters);
        body.put("endpoint", base + "/" + platform.toLowerCase(Locale.ROOT));
        var answer = cell.product.api("PUT", "/tenants/" + id + "/mobile-apps/" + platform + "?verify=false", body);
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(Product.JSON.writeValueAsString(answer.body()));
        }
        return tenant;
    }

    private static void partition(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        var all = cell.declare(60);
        cell.awaitEnded(all, cell.random.nextInt(40));
        cell.stage.toBroker.cut();
        all.addAll(cell.declare(30));
        cell.awaitThat(() -> cell.stage.toBroker.refused() > 10, () -> "nobody missed the broker");
        cell.stage.toBroker.heal();
        cell.awaitEnded(all, all.size());
        var more = cell.declare(60);
        cell.awaitEnded(more, cell.random.nextInt(40));
        cell.stage.toPlatforms().cut();
        more.addAll(cell.declare(30));
        cell.awaitThat(() -> cell.stage.toPlatforms().refused() > 10, () -> "nobody missed the platforms");
    }
}
