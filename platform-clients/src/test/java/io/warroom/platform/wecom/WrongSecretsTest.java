package io.warroom.platform.wecom;

import static io.warroom.platform.Fixture.done;
import static io.warroom.platform.Fixture.why;
import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.platform.App;
import io.warroom.platform.AppCheck.Depth;
import io.warroom.platform.ChatPlatform;
import io.warroom.platform.Credentials;
import io.warroom.platform.Fixture;
import io.warroom.platform.Outcome;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Room;
import io.warroom.platform.RoomPlan;
import io.warroom.platform.RoomUser;
import io.warroom.platform.Secret;
import io.warroom.platform.Simulated;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Wrong secrets of one tenant, where the platform blocks the address that shows too many (the simulator: 2,000 an hour). */
class WrongSecretsTest {

    private static final int BLOCKS_THE_ADDRESS = 2_000;
    private static final String SIGN_IN = "gettoken";

    private final Simulated simulated = new Simulated();
    private final ChatPlatform weCom = Fixture.client(simulated.platforms, PlatformKind.WECOM);

    WrongSecretsTest() {
        simulated.send("PUT", "/tenants/globex", """
                {"platform":"WECOM","app":{"enterpriseId":"ww2","enterpriseKey":"k-of-globex","addressBookKey":"b-of-globex",
                "serviceId":1000003},"people":[{"userId":"u1","name":"Li"},{"userId":"u2","name":"Han"}]}""");
    }

    @AfterEach
    void close() {
        simulated.close();
    }

    private App acme(long revision, String secret) {
        return new App(
                "acme",
                PlatformKind.WECOM,
                revision,
                simulated.endpoint(PlatformKind.WECOM),
                null,
                new Credentials.WeCom("ww1", Secret.of(secret), Secret.of(Simulated.BOOK), 1000002));
    }

    private App globex() {
        return new App(
                "globex",
                PlatformKind.WECOM,
                1,
                simulated.endpoint(PlatformKind.WECOM),
                null,
                new Credentials.WeCom("ww2", Secret.of("k-of-globex"), Secret.of("b-of-globex"), 1000003));
    }

    private Outcome<Room> create(App app, String key) {
        List<RoomUser> users = List.of(user("u1"), user("u2"));
        return weCom.create(app, new RoomPlan(key, "marker", "name", "u1", users));
    }

    private static RoomUser user(String id) {
        return new RoomUser(Fixture.person(id, id, null, null), id);
    }

    @Test
    void loopOfKeyChangesStopsNoOtherTenant() {
        for (int revision = 1; revision <= BLOCKS_THE_ADDRESS; revision++) {
            assertThat(create(acme(revision, "wrong" + revision), "a")).isInstanceOf(Outcome.KeyRejected.class);
        }
        assertThat(done(create(globex(), "b")).id()).isEqualTo("b");
        assertThat(simulated.calls(PlatformKind.WECOM, SIGN_IN)).isEqualTo(21);
        assertThat(why(create(acme(3_000, Simulated.KEY), "a")).words()).contains("after 2026-01-01T01:00:00Z");
        simulated.clock.pass(Duration.ofHours(1));
        done(create(acme(3_000, Simulated.KEY), "a"));
    }

    @Test
    void checksAndRoomsShareOneCount() {
        for (int revision = 1; revision <= 10; revision++) {
            create(acme(revision, "wrong" + revision), "a");
            simulated.check(acme(revision, "other" + revision), Depth.READ_ONLY);
        }
        create(acme(99, "one more"), "a");
        simulated.check(acme(99, "one more"), Depth.READ_ONLY);
        assertThat(simulated.calls(PlatformKind.WECOM, SIGN_IN)).isEqualTo(20);
    }

    @Test
    void secretThatWasAcceptedIsShownBeyondTheLimit() {
        done(create(acme(1, Simulated.KEY), "a"));
        for (int revision = 2; revision <= 40; revision++) {
            create(acme(revision, "wrong" + revision), "a");
        }
        done(create(acme(41, Simulated.KEY), "c"));
    }

    @Test
    void manyTenantsWithWrongSecretsStopNoneWithARightOne() {
        for (int tenant = 0; tenant < 200; tenant++) {
            for (int revision = 1; revision <= 3; revision++) {
                App acme = acme(revision, "wrong" + revision);
                create(
                        new App("t" + tenant, acme.platform(), revision, acme.endpoint(), null, acme.credentials()),
                        "a");
            }
        }
        assertThat(simulated.calls(PlatformKind.WECOM, SIGN_IN)).isLessThan(300);
        done(create(globex(), "b"));
    }
}
