package io.warroom.benchmarks.http;

import io.warroom.platform.App;
import io.warroom.platform.ChatPlatforms;
import io.warroom.platform.Credentials;
import io.warroom.platform.Outcome;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.PlatformSettings;
import io.warroom.platform.Room;
import io.warroom.platform.Secret;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A room renamed by the platforms' clients, tokens warm: one call each. Arguments: the port of the platform. */
final class OurCalls {

    private static final Room ROOM = new Room("oc_1", "n", Set.of());

    private OurCalls() {}

    public static void main(String[] arguments) throws Exception {
        String base = "http://127.0.0.1:" + arguments[0];
        Map<PlatformKind, App> apps = new EnumMap<>(PlatformKind.class);
        for (PlatformKind kind : PlatformKind.values()) {
            apps.put(kind, new App("acme", kind, 1, base, null, credentials(kind)));
        }
        try (var platforms = new ChatPlatforms(
                PlatformSettings.defaults().allowing(List.of(base)).unpaced(), Clock.systemUTC())) {
            CallLoad.measure(kind -> {
                var outcome = Objects.requireNonNull(platforms.byKind().get(kind))
                        .rename(Objects.requireNonNull(apps.get(kind)), ROOM, BareCalls.NAME);
                if (!(outcome instanceof Outcome.Done)) {
                    throw new IllegalStateException(outcome.toString());
                }
            });
        }
    }

    private static Credentials credentials(PlatformKind kind) {
        Secret secret = Secret.of("s");
        return switch (kind) {
            case WECOM -> new Credentials.WeCom("ww1", secret, secret, 7);
            case DINGTALK -> new Credentials.DingTalk("ding1", secret, "template", "robot", 7);
            case LARK -> new Credentials.Lark("cli_1", secret);
        };
    }
}
