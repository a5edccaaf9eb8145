package io.warroom.platform;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A scripted server, the clients that call it, and apps and people with sane defaults. */
public final class Fixture implements AutoCloseable {

    public static final String SECRET = "s3cret-of-acme";
    /** For answers that never come. */
    public static final Duration LITTLE_PATIENCE = Duration.ofSeconds(3);
    /** No answer takes so long, however slow the machine is. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    public static final String TOKEN = "t0ken-of-acme";

    public final ScriptedServer server;
    public final ChatPlatforms platforms;
    public final TestClock clock = new TestClock();

    public Fixture() {
        try {
            server = new ScriptedServer();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        platforms = morePlatforms(PATIENCE);
    }

    /** Clients that know nothing yet, as after a restart. */
    public ChatPlatforms morePlatforms() {
        return morePlatforms(PATIENCE);
    }

    /** The same with so much patience for an answer. */
    public ChatPlatforms morePlatforms(Duration patience) {
        return new ChatPlatforms(
                new PlatformSettings(PATIENCE, patience, patience, 100, 200, 20_000, List.of(server.url())).unpaced(),
                clock);
    }

    public ChatPlatform client(PlatformKind kind) {
        return client(platforms, kind);
    }

    public static ChatPlatform client(ChatPlatforms platforms, PlatformKind kind) {
        ChatPlatform client = platforms.byKind().get(kind);
        if (client == null) {
            throw new AssertionError(kind);
        }
        return client;
    }

    public App app(PlatformKind kind) {
        return app(kind, 1, server.url());
    }

    public static App app(PlatformKind kind, long revision, String endpoint) {
        Secret secret = Secret.of(SECRET);
        return new App(
                "acme",
                kind,
                revision,
                endpoint,
                null,
                switch (kind) {
                    case WECOM -> new Credentials.WeCom("corp", secret, secret, 1000002);
                    case DINGTALK -> new Credentials.DingTalk("client", secret, "template", "robot", 42);
                    case LARK -> new Credentials.Lark("cli_a", secret);
                });
    }

    /** Scripts a token that lives two hours. */
    public Fixture signedIn(PlatformKind kind) {
        server.on(tokenPath(kind), ScriptedServer.json(tokenBody(kind, TOKEN)));
        return this;
    }

    public static String tokenPath(PlatformKind kind) {
        return switch (kind) {
            case WECOM -> "/cgi-bin/gettoken";
            case DINGTALK -> "/v1.0/oauth2/accessToken";
            case LARK -> "/open-apis/auth/v3/tenant_access_token/internal";
        };
    }

    public static String tokenBody(PlatformKind kind, String token) {
        return switch (kind) {
            case WECOM -> """
                {"errcode":0,"errmsg":"ok","access_token":"%s","expires_in":7200}""".formatted(token);
            case DINGTALK -> """
                {"accessToken":"%s","expireIn":7200}""".formatted(token);
            case LARK -> """
                {"code":0,"msg":"ok","tenant_access_token":"%s","expire":7200}""".formatted(token);
        };
    }

    public static String createPath(PlatformKind kind) {
        return switch (kind) {
            case WECOM -> "/cgi-bin/appchat/create";
            case DINGTALK -> "/v1.0/im/sceneGroup/create";
            case LARK -> "/open-apis/im/v1/chats";
        };
    }

    public static String createdBody(PlatformKind kind) {
        return switch (kind) {
            case WECOM -> """
                {"errcode":0,"errmsg":"ok","chatid":"key1"}""";
            case DINGTALK -> """
                {"open_conversation_id":"cid1","chat_id":"chat1"}""";
            case LARK -> """
                {"code":0,"msg":"success","data":{"chat_id":"oc_1"}}""";
        };
    }

    public static Person person(String id, @Nullable String userId, @Nullable String mobile, @Nullable String email) {
        return new Person(id, "Name of " + id, Person.Role.RESPONDER, userId, mobile, email);
    }

    public static List<RoomUser> users(int count) {
        List<RoomUser> users = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            users.add(new RoomUser(person("p" + i, "u" + i, null, null), "u" + i));
        }
        return users;
    }

    public static RoomPlan plan(int people) {
        return new RoomPlan("key1", "acme INC-1", "INC-1 checkout down", "u0", users(people));
    }

    public static Briefing briefing(String title, String description) {
        Person commander = new Person("c", "Chen Commander", Person.Role.COMMANDER, "c", null, null);
        return new Briefing(
                "brief1",
                "INC-1",
                title,
                "P1",
                "No checkout",
                "checkout",
                "eu-1",
                description,
                Instant.EPOCH,
                List.of(commander, person("p1", "u1", null, null)),
                List.of(new Missing(person("p2", null, null, null), Missing.Reason.NO_CONTACT, "No contact is known.")),
                List.of(new Briefing.Link("Dashboard", "https://dash.example/d(1)")));
    }

    /** The failure of an outcome that is not done. */
    public static Failure why(Outcome<?> outcome) {
        return switch (outcome) {
            case Outcome.Done<?> done -> throw new AssertionError("is done: " + done);
            case Outcome.NotYet<?>(var why, var pause) -> why;
            case Outcome.Unknown<?>(var why) -> why;
            case Outcome.KeyRejected<?>(var why) -> why;
            case Outcome.Refused<?>(var why) -> why;
        };
    }

    public static <T> T done(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T>(var value)) {
            return value;
        }
        throw new AssertionError("is not done: " + outcome);
    }

    @Override
    public void close() {
        platforms.close();
        server.close();
    }

    /** Time that moves when told. */
    public static final class TestClock extends Clock {
        private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

        public void pass(Duration time) {
            now.updateAndGet(instant -> instant.plus(time));
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Instant instant() {
            return now.get();
        }
    }
}
