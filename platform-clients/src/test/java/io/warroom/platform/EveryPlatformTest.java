package io.warroom.platform;

import static io.warroom.platform.Fixture.app;
import static io.warroom.platform.Fixture.createPath;
import static io.warroom.platform.Fixture.createdBody;
import static io.warroom.platform.Fixture.done;
import static io.warroom.platform.Fixture.plan;
import static io.warroom.platform.Fixture.tokenBody;
import static io.warroom.platform.Fixture.tokenPath;
import static io.warroom.platform.Fixture.why;
import static io.warroom.platform.ScriptedServer.drip;
import static io.warroom.platform.ScriptedServer.drop;
import static io.warroom.platform.ScriptedServer.hang;
import static io.warroom.platform.ScriptedServer.html;
import static io.warroom.platform.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.warroom.platform.ScriptedServer.Answer;
import io.warroom.platform.ScriptedServer.Call;
import io.warroom.platform.http.UnlistedCodes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** What holds on every platform: tokens, keys, and answers that are none. */
class EveryPlatformTest {

    private final Fixture fixture = new Fixture();
    private final ChatPlatforms impatient = fixture.morePlatforms(Fixture.LITTLE_PATIENCE);

    @AfterEach
    void close() {
        impatient.close();
        fixture.close();
    }

    private Outcome<Room> create(PlatformKind kind) {
        return fixture.client(kind).create(fixture.app(kind), plan(2));
    }

    private Outcome<Room> createWithLittlePatience(PlatformKind kind) {
        return Fixture.client(impatient, kind).create(fixture.app(kind), plan(2));
    }

    private static Answer staleToken(PlatformKind kind) {
        return switch (kind) {
            case WECOM -> json("""
                {"errcode":42001,"errmsg":"access_token expired, hint: [1700-abc]"}""");
            case DINGTALK -> json(400, """
                {"code":"InvalidAuthentication","message":"no","requestid":"r-1"}""");
            case LARK -> json(400, """
                {"code":99991663,"msg":"token invalid"}""");
        };
    }

    private static Answer wrongKey(PlatformKind kind) {
        return switch (kind) {
            case WECOM -> json("""
                {"errcode":40001,"errmsg":"invalid credential %s"}""".formatted(Fixture.SECRET));
            case DINGTALK -> json(400, """
                {"code":"invalidClientIdOrSecret","message":"%s"}""".formatted(Fixture.SECRET));
            case LARK -> json("""
                {"code":10014,"msg":"app secret invalid"}""");
        };
    }

    @ParameterizedTest
    @EnumSource
    void aThousandCallsAtOnceFetchOneToken(PlatformKind kind) throws ExecutionException, InterruptedException {
        fixture.signedIn(kind).server.on(createPath(kind), json(createdBody(kind)));
        List<Future<Outcome<Room>>> creates = new ArrayList<>();
        // The fixture's own clients give a call one second, too little for a thousand on a machine that others use.
        var patience = Duration.ofSeconds(60);
        var settings = new PlatformSettings(
                        patience, patience, patience, 100, 100, 20_000, List.of(fixture.server.url()))
                .unpaced();
        try (var platforms = new ChatPlatforms(settings, fixture.clock);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            ChatPlatform client = platforms.byKind().get(kind);
            assertThat(client).isNotNull();
            for (int i = 0; i < 1_000; i++) {
                creates.add(threads.submit(() -> client.create(fixture.app(kind), plan(2))));
            }
        }
        for (Future<Outcome<Room>> create : creates) {
            done(create.get());
        }
        assertThat(fixture.server.calls(tokenPath(kind))).hasSize(1);
        assertThat(fixture.server.calls(createPath(kind))).hasSize(1_000);
    }

    @Test
    void callsBeyondThePlatformsRateAreHeldBackAndNotMade() throws ExecutionException, InterruptedException {
        var kind = PlatformKind.DINGTALK;
        fixture.signedIn(kind).server.on(createPath(kind), json(createdBody(kind)));
        var creates = new ArrayList<Future<Outcome<Room>>>();
        var patience = Duration.ofSeconds(60);
        var settings =
                new PlatformSettings(patience, patience, patience, 100, 100, 20_000, List.of(fixture.server.url()));
        try (var platforms = new ChatPlatforms(settings.withDingTalkCallsPerSecond(2), fixture.clock);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            ChatPlatform client = platforms.byKind().get(kind);
            assertThat(client).isNotNull();
            for (int i = 0; i < 100; i++) {
                creates.add(threads.submit(() -> client.create(fixture.app(kind), plan(2))));
            }
        }
        int held = 0;
        for (Future<Outcome<Room>> create : creates) {
            if (create.get() instanceof Outcome.NotYet<Room>(var why, var pause)) {
                assertThat(why.kind()).isEqualTo(Failure.Kind.THROTTLED);
                assertThat(pause).isPositive();
                held++;
            }
        }
        assertThat(held).isPositive();
        assertThat(fixture.server.calls(createPath(kind))).hasSize(100 - held);
    }

    @ParameterizedTest
    @EnumSource
    void tokenIsRenewedAheadOfItsEndAndOldOneServesWhenThatFails(PlatformKind kind) {
        fixture.server.on(tokenPath(kind), json(tokenBody(kind, "first")), html(502));
        fixture.server.on(createPath(kind), json(createdBody(kind)));
        done(create(kind));
        fixture.clock.pass(Duration.ofMinutes(119));
        done(create(kind));
        assertThat(fixture.server.calls(tokenPath(kind))).hasSize(2);
        fixture.clock.pass(Duration.ofMinutes(2));
        assertThat(create(kind)).isInstanceOf(Outcome.NotYet.class);
    }

    @ParameterizedTest
    @EnumSource
    void staleTokenIsDroppedAndFetchedOnceMore(PlatformKind kind) {
        fixture.server.on(tokenPath(kind), json(tokenBody(kind, "first")), json(tokenBody(kind, "second")));
        fixture.server.on(createPath(kind), staleToken(kind), json(createdBody(kind)));
        done(create(kind));
        assertThat(fixture.server.calls(tokenPath(kind))).hasSize(2);
        assertThat(fixture.server.calls(createPath(kind))).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void tokenThatStaysStaleIsFetchedOnceMoreAndThenNotBeforeAPause(PlatformKind kind) {
        fixture.signedIn(kind).server.on(createPath(kind), staleToken(kind));

        var outcome = create(kind);

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.NotYet.class,
                        notYet -> assertThat(notYet.pause()).isPositive());
        assertThat(why(outcome).kind()).isEqualTo(Failure.Kind.TOKEN_REFUSED);
        assertThat(fixture.server.calls()).hasSize(4);
    }

    @ParameterizedTest
    @EnumSource
    void rejectedKeyIsNeverSentAgainUntilItIsRotated(PlatformKind kind) {
        fixture.server.on(tokenPath(kind), wrongKey(kind), json(tokenBody(kind, "new")));
        fixture.server.on(createPath(kind), json(createdBody(kind)));
        assertThat(create(kind)).isInstanceOf(Outcome.KeyRejected.class);
        assertThat(create(kind)).isInstanceOf(Outcome.KeyRejected.class);
        assertThat(fixture.server.calls()).hasSize(1);
        done(fixture.client(kind).create(app(kind, 2, fixture.server.url()), plan(2)));
    }

    @ParameterizedTest
    @EnumSource
    void tokenOfALifeThatCannotBeServesAndIsNotBelieved(PlatformKind kind) {
        for (String life : List.of("9223372036854775807", "-9223372036854775808", "0")) {
            String body = tokenBody(kind, "t").replace("7200", life);
            fixture.server.on(tokenPath(kind), json(body)).on(createPath(kind), json(createdBody(kind)));
            App app = app(kind, 10 + life.length(), fixture.server.url());
            int before = fixture.server.calls(tokenPath(kind)).size();
            done(fixture.client(kind).create(app, plan(2)));
            done(fixture.client(kind).create(app, plan(2)));
            assertThat(fixture.server.calls(tokenPath(kind))).as(life).hasSize(before + 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tokenThatCannotTravelIsNone(PlatformKind kind) {
        for (String token : List.of("a\\r\\nb: c", " ", "\\u7fa4", "x".repeat(5_000))) {
            fixture.server.on(tokenPath(kind), json(tokenBody(kind, token)));
            assertThat(create(kind)).as(token).isInstanceOf(Outcome.NotYet.class);
        }
        assertThat(fixture.server.calls(createPath(kind))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"DINGTALK", "LARK"})
    void usedUpMonthIsNotAskedForMoreUntilTheNextOneOrAnotherKey(PlatformKind kind) {
        fixture.signedIn(kind)
                .server
                .on(
                        createPath(kind),
                        kind == PlatformKind.LARK
                                ? json(429, "{\"code\":99991403,\"msg\":\"used up\"}")
                                : json(403, "{\"code\":\"Forbidden.AccessDenied.ApiCountLimitForOrg\"}"),
                        json(createdBody(kind)));
        fixture.clock.pass(Duration.ofDays(5));
        assertThat(why(create(kind)).kind()).isEqualTo(Failure.Kind.QUOTA_EXHAUSTED);
        int before = fixture.server.calls().size();
        // The month ends at midnight in Beijing: 16:00 UTC of its last day.
        fixture.clock.pass(Duration.ofDays(25).plusHours(15));
        assertThat(why(create(kind)).kind()).isEqualTo(Failure.Kind.QUOTA_EXHAUSTED);
        assertThat(fixture.server.calls()).hasSize(before);
        done(fixture.client(kind).create(app(kind, 2, fixture.server.url()), plan(2)));
        fixture.clock.pass(Duration.ofHours(1));
        done(create(kind));
    }

    @ParameterizedTest
    @EnumSource(names = {"DINGTALK", "LARK"})
    void monthThatBeginsLaterWhereThePlatformIsIsAskedAgainSoon(PlatformKind kind) {
        fixture.signedIn(kind)
                .server
                .on(
                        createPath(kind),
                        kind == PlatformKind.LARK
                                ? json(429, "{\"code\":99991403,\"msg\":\"used up\"}")
                                : json(403, "{\"code\":\"Forbidden.AccessDenied.ApiCountLimitForOrg\"}"),
                        json(createdBody(kind)));
        assertThat(why(create(kind)).kind()).isEqualTo(Failure.Kind.QUOTA_EXHAUSTED);
        fixture.clock.pass(Duration.ofMinutes(59));
        assertThat(why(create(kind)).kind()).isEqualTo(Failure.Kind.QUOTA_EXHAUSTED);
        fixture.clock.pass(Duration.ofMinutes(1));
        done(create(kind));
    }

    @ParameterizedTest
    @EnumSource
    void createWhoseAnswerNeverCameIsUnknownAndNotSentTwice(PlatformKind kind) {
        fixture.signedIn(kind).server.on(createPath(kind), hang());
        assertThat(createWithLittlePatience(kind)).isInstanceOf(Outcome.Unknown.class);
        fixture.server.on(createPath(kind), drop());
        assertThat(create(kind)).isInstanceOf(Outcome.Unknown.class);
        assertThat(fixture.server.calls(createPath(kind))).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void platformThatCannotBeReachedIsTriedLater(PlatformKind kind) throws IOException {
        String nobodyListens;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobodyListens = "http://127.0.0.1:" + socket.getLocalPort();
        }
        try (var platforms =
                new ChatPlatforms(PlatformSettings.defaults().allowing(List.of(nobodyListens)), Clock.systemUTC())) {
            ChatPlatform client = platforms.byKind().get(kind);
            assertThat(client).isNotNull();
            assertThat(client.create(app(kind, 1, nobodyListens), plan(2))).isInstanceOf(Outcome.NotYet.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void answerThatDripsForEverIsUnknownAtTheDeadline(PlatformKind kind) {
        fixture.signedIn(kind).server.on(createPath(kind), drip());
        Outcome<Room> outcome = createWithLittlePatience(kind);
        assertThat(outcome).isInstanceOf(Outcome.Unknown.class);
        assertThat(why(outcome).words())
                .contains("no whole answer came within " + Fixture.LITTLE_PATIENCE.toSeconds() + " s");
    }

    @ParameterizedTest
    @EnumSource
    void interruptedCallIsUnknownAndKeepsTheFlagOnAnyKindOfThread(PlatformKind kind) throws Exception {
        fixture.signedIn(kind).server.on(createPath(kind), drip());
        for (Thread.Builder threads : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
            fixture.server.forgetAwaited();
            var flag = new CompletableFuture<Boolean>();
            var outcome = new CompletableFuture<Outcome<Room>>();
            Thread caller = threads.start(() -> {
                outcome.complete(create(kind));
                flag.complete(Thread.currentThread().isInterrupted());
            });
            fixture.server.awaitCall(createPath(kind)).get();
            caller.interrupt();
            assertThat(outcome.get()).isInstanceOf(Outcome.Unknown.class);
            assertThat(why(outcome.get()).words()).contains("interrupted");
            assertThat(flag.get()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void callOfAnInterruptedThreadIsNotSent(PlatformKind kind) {
        fixture.signedIn(kind);
        Thread.currentThread().interrupt();
        Outcome<Room> outcome = create(kind);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(outcome).isInstanceOf(Outcome.NotYet.class);
        assertThat(fixture.server.calls()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void pageOfHtmlIsNoAnswer(PlatformKind kind) {
        fixture.signedIn(kind).server.on(createPath(kind), html(502));
        assertThat(create(kind)).isInstanceOf(Outcome.Unknown.class);
    }

    @ParameterizedTest
    @EnumSource
    void answerThatIsTooLargeIsThrownAway(PlatformKind kind) {
        fixture.signedIn(kind).server.on(createPath(kind), json("{\"filler\":\"" + "x".repeat(30_000) + "\"}"));
        Outcome<Room> outcome = create(kind);
        assertThat(outcome).isInstanceOf(Outcome.Unknown.class);
        assertThat(why(outcome).words()).contains("larger than allowed");
    }

    @ParameterizedTest
    @EnumSource
    void answerThatIsTooLargeWhenItIsUnpackedIsThrownAway(PlatformKind kind) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(("{\"filler\":\"" + "x".repeat(10_000_000) + "\"}").getBytes(StandardCharsets.UTF_8));
        }
        fixture.signedIn(kind)
                .server
                .on(
                        createPath(kind),
                        new Answer(
                                200,
                                "application/json",
                                packed.toString(StandardCharsets.ISO_8859_1),
                                Map.of("Content-Encoding", "gzip"),
                                ScriptedServer.Mode.BYTES));
        assertThat(packed.size()).isLessThan(20_000);
        assertThat(why(create(kind)).words()).contains("larger than allowed");
    }

    @ParameterizedTest
    @EnumSource
    void callsThatFollowEachOtherUseOneConnection(PlatformKind kind) {
        fixture.signedIn(kind).server.on(createPath(kind), json(createdBody(kind)));
        for (int i = 0; i < 3; i++) {
            done(create(kind));
        }
        assertThat(fixture.server.calls()).hasSize(4);
        assertThat(fixture.server.calls())
                .extracting(Call::clientPort)
                .containsOnly(fixture.server.calls().getFirst().clientPort());
    }

    @ParameterizedTest
    @EnumSource
    void callThatIsGivenUpGivesItsPlaceInThePoolBack(PlatformKind kind) {
        fixture.signedIn(kind).server.on(createPath(kind), drip(), json(createdBody(kind)));
        try (var platforms = new ChatPlatforms(
                new PlatformSettings(
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(30),
                                Fixture.LITTLE_PATIENCE,
                                1,
                                1,
                                20_000,
                                List.of(fixture.server.url()))
                        .unpaced(),
                Clock.systemUTC())) {
            ChatPlatform client = platforms.byKind().get(kind);
            assertThat(client).isNotNull();
            assertThat(client.create(fixture.app(kind), plan(2))).isInstanceOf(Outcome.Unknown.class);
            done(client.create(fixture.app(kind), plan(2)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void redirectIsNotFollowed(PlatformKind kind) {
        fixture.signedIn(kind)
                .server
                .on("/elsewhere", json(createdBody(kind)))
                .on(
                        createPath(kind),
                        new Answer(
                                302,
                                "application/json",
                                "{}",
                                Map.of("Location", fixture.server.url() + "/elsewhere"),
                                ScriptedServer.Mode.WHOLE));
        assertThat(why(create(kind)).words()).contains("redirect");
        assertThat(fixture.server.calls("/elsewhere")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void endpointThatNobodyAllowedIsRefusedWithoutCall(PlatformKind kind) {
        Outcome<Room> outcome = fixture.client(kind).create(app(kind, 1, fixture.server.url() + "/x"), plan(2));
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        assertThat(why(outcome).kind()).isEqualTo(Failure.Kind.MISCONFIGURED);
        assertThat(fixture.server.calls()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void codeThatNoTableListsIsRefusedUnlisted(PlatformKind kind) {
        fixture.signedIn(kind)
                .server
                .on(
                        createPath(kind),
                        switch (kind) {
                            case WECOM -> json("{\"errcode\":123456,\"errmsg\":\"odd\"}");
                            case DINGTALK -> json(400, "{\"code\":\"odd.code\",\"requestid\":\"r-9\"}");
                            case LARK -> json(400, "{\"code\":123456,\"msg\":\"odd\"}");
                        });
        assertThat(why(create(kind)).kind()).isEqualTo(Failure.Kind.UNLISTED);
    }

    @ParameterizedTest
    @EnumSource
    void codeThatNoTableListsIsLoggedOnceWithItsRequestId(PlatformKind kind) {
        // Given
        fixture.signedIn(kind)
                .server
                .on(
                        createPath(kind),
                        switch (kind) {
                            case WECOM ->
                                json("{\"errcode\":123456,\"errmsg\":\"odd, hint: [r-9], from ip: 1.2.3.4\"}");
                            case DINGTALK -> json(400, "{\"code\":\"123456\",\"requestid\":\"r-9\"}");
                            case LARK -> json(400, "{\"code\":123456,\"msg\":\"odd\",\"error\":{\"log_id\":\"r-9\"}}");
                        });
        Logger logger = (Logger) LoggerFactory.getLogger(UnlistedCodes.class);
        var logged = new ListAppender<ILoggingEvent>();
        logged.start();
        logger.addAppender(logged);
        // When
        try {
            create(kind);
            create(kind);
        } finally {
            logger.detachAppender(logged);
        }
        // Then
        assertThat(logged.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getKeyValuePairs())
                    .extracting(pair -> pair.key + "=" + pair.value)
                    .containsExactly("platform=" + kind, "errorCode=123456", "requestId=r-9");
        });
    }

    @ParameterizedTest
    @EnumSource
    void codeWithoutEndIsCutToALine(PlatformKind kind) {
        String endless = "9\\n".repeat(5_000);
        String body = kind == PlatformKind.WECOM
                ? "{\"errcode\":\"" + endless + "\",\"errmsg\":\"odd\"}"
                : "{\"code\":\"" + endless + "\"}";
        fixture.signedIn(kind).server.on(createPath(kind), json(400, body));
        Failure why = why(create(kind));
        assertThat(why.code()).hasSizeBetween(90, 100).doesNotContain("\n");
        assertThat(why.words()).hasSizeLessThan(300).doesNotContain("\n");
    }

    @ParameterizedTest
    @EnumSource
    void unlistedCodeUnderTooManyRequestsIsWaitedOut(PlatformKind kind) {
        fixture.signedIn(kind)
                .server
                .on(
                        createPath(kind),
                        json(
                                429,
                                kind == PlatformKind.WECOM
                                        ? "{\"errcode\":123456,\"errmsg\":\"odd\"}"
                                        : "{\"code\":\"123456\"}"));
        Outcome<Room> outcome = create(kind);
        assertThat(outcome).isInstanceOf(Outcome.NotYet.class);
        assertThat(why(outcome).kind()).isEqualTo(Failure.Kind.THROTTLED);
    }

    @ParameterizedTest
    @EnumSource
    void noSecretAndNoTokenShowsAnywhereWithEveryLoggerOn(PlatformKind kind) {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var logged = new ListAppender<ILoggingEvent>();
        logged.start();
        root.addAppender(logged);
        Level before = root.getLevel();
        root.setLevel(Level.TRACE);
        try {
            List<Object> seen =
                    new ArrayList<>(List.of(fixture.app(kind), fixture.app(kind).credentials()));
            fixture.signedIn(kind)
                    .server
                    .on(
                            createPath(kind),
                            hang(),
                            drop(),
                            html(502),
                            staleToken(kind),
                            json(500, "{\"errcode\":777,\"code\":777}"));
            for (int i = 0; i < 5; i++) {
                seen.add(createWithLittlePatience(kind));
            }
            fixture.server.on(tokenPath(kind), wrongKey(kind));
            seen.add(fixture.client(kind).create(app(kind, 2, fixture.server.url()), plan(2)));
            logged.list.forEach(event -> {
                seen.add(event.getFormattedMessage());
                seen.add(event.getKeyValuePairs() == null ? "" : event.getKeyValuePairs());
            });
            assertThat(logged.list)
                    .as("the HTTP client's own lines, which show that its loggers are on")
                    .anyMatch(event ->
                            event.getLoggerName().startsWith("org.apache.hc") && event.getLevel() == Level.DEBUG);
            assertThat(logged.list)
                    .as(
                            "the lines of Spring's HTTP interfaces, which quote parameters; DingTalk's calls here have none")
                    .anyMatch(event -> event.getLoggerName().startsWith("org.springframework.web.service")
                            || kind == PlatformKind.DINGTALK);
            assertThat(seen.toString()).doesNotContain(Fixture.SECRET).doesNotContain(Fixture.TOKEN);
        } finally {
            root.setLevel(before);
            root.detachAppender(logged);
        }
    }
}
