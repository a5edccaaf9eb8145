package io.warroom.worker.directory;

import io.warroom.event.MobileApp;
import io.warroom.event.Platform;
import io.warroom.platform.App;
import io.warroom.platform.Credentials;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Secret;
import io.warroom.platform.threads.Supervised;
import io.warroom.platform.threads.SupervisedThread;
import io.warroom.worker.opening.Directory;
import io.warroom.worker.opening.SteadyTime;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;

/**
 * The directory of tenants' apps, built from the configuration topics. Ready, and UP as a health indicator, once the table
 * has caught up. Secrets are opened for the first incident, to know that they can be, and then when a platform must be
 * shown them; they are not kept.
 */
public final class TopicDirectory implements Directory, HealthIndicator, Supervised, SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(TopicDirectory.class);

    /** What was read longer ago may be out of date: this worker could not reach the brokers meanwhile. */
    private static final Duration STALE = Duration.ofSeconds(10);

    /** An incident waits no longer for news of its tenant's app: it is better opened with what is known. */
    private static final Duration MOST_PATIENCE = Duration.ofSeconds(5);

    /** A call of the consumer may block for a minute. */
    private static final Duration STALL_TIMEOUT = Duration.ofMinutes(3);

    private final AppTable table = new AppTable();
    private final MemberTable members = new MemberTable();
    private final ConfigurationReader reader;
    private final SecretOpener secrets;
    private final Duration patience;
    private volatile @Nullable SupervisedThread thread;

    /**
     * Wires the directory; nothing is read before {@link #start()}.
     *
     * @param consumers makes a consumer of bytes, without a group
     * @param decoder reads the events' values
     * @param frames by topic, what every value begins with that was written with this version's schema; null when unknown
     * @param changed is told, by any thread, which tenant's apps have changed
     */
    public TopicDirectory(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Deserializer<?> decoder,
            Function<String, byte @Nullable []> frames,
            String topicPrefix,
            SecretOpener secrets,
            java.util.function.Consumer<String> changed) {
        this(consumers, decoder, frames, topicPrefix, secrets, changed, new SteadyTime(), MOST_PATIENCE);
    }

    TopicDirectory(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Deserializer<?> decoder,
            Function<String, byte @Nullable []> frames,
            String topicPrefix,
            SecretOpener secrets,
            java.util.function.Consumer<String> changed,
            InstantSource time,
            Duration patience) {
        this.reader = new ConfigurationReader(
                consumers,
                decoder,
                new AppStateDecoder(topicPrefix, frames),
                topicPrefix,
                state -> {
                    table.apply(state);
                    changed.accept(state.tenantId());
                },
                members,
                time);
        this.secrets = secrets;
        this.patience = patience;
    }

    /** Done when the table first holds all configuration: no incident may be opened before. */
    public CompletableFuture<Void> caughtUp() {
        return reader.caughtUp();
    }

    /** How many records of configuration are not read yet, as far as the last poll knew. */
    public long lag() {
        return reader.lag();
    }

    @Override
    public Choice choose(String tenantId, @Nullable PlatformKind wanted) throws InterruptedException {
        boolean wasStale = reader.age().compareTo(STALE) > 0;
        if (wasStale) {
            readToTheEndForAWhile();
        }
        Optional<AppState> found = table.find(tenantId, wanted);
        if (found.isEmpty() && !wasStale) {
            // Bounded: beyond it the incident is parked, holds no place, and is tried again when an app of its tenant
            // is read.
            readToTheEndForAWhile();
            found = table.find(tenantId, wanted);
        }
        return found.map(this::read).orElseGet(Choice.None::new);
    }

    /** Who comes back from a broken network has incidents before it has heard of the apps that were deleted. */
    private void readToTheEndForAWhile() throws InterruptedException {
        var read = reader.readToTheEndOfNow();
        try {
            read.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            read.cancel(false);
            log.debug("The configuration may be out of date; health tells since when", e);
        } catch (ExecutionException e) {
            throw unread(e);
        }
    }

    private static IllegalStateException unread(ExecutionException e) {
        return new IllegalStateException("reading the configuration to its end", e);
    }

    @Override
    public Optional<Version> peek(String tenantId, @Nullable PlatformKind wanted) {
        return table.find(tenantId, wanted).map(state -> new Version(state.platform(), state.revision()));
    }

    @Override
    public Optional<String> boundUser(String tenantId, PlatformKind platform, String personId) {
        return members.find(tenantId + "/" + platform + "/" + personId);
    }

    private Choice read(AppState state) {
        KeptApp kept = Objects.requireNonNull(state.app());
        MobileApp app = kept.app();
        try {
            var usable = new Choice.Usable(new App(
                    state.tenantId(),
                    state.platform(),
                    state.revision(),
                    app.getEndpoint(),
                    app.getDefaultOwner(),
                    credentials(state, kept, app)));
            kept.opens();
            return usable;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            log.atError()
                    .addKeyValue("tenant", state.tenantId())
                    .addKeyValue("platform", state.platform())
                    .setCause(e)
                    .log("An app's configuration cannot be read");
            return new Choice.Unreadable(
                    state.platform(),
                    state.revision(),
                    "The " + state.platform()
                            + " app's keys cannot be opened by this worker: they were sealed with another"
                            + " key, or the configuration is damaged. Change the key in Mobile App Management; if that does"
                            + " not help, check the workers' private keyset.");
        }
    }

    private Credentials credentials(AppState state, KeptApp kept, MobileApp app) throws GeneralSecurityException {
        return switch (state.platform()) {
            case WECOM ->
                new Credentials.WeCom(
                        app.getIdentity(),
                        secret(state, kept, Platform.WECOM, app, "enterpriseKey"),
                        secret(state, kept, Platform.WECOM, app, "addressBookKey"),
                        Integer.parseInt(app.getServiceId()));
            case DINGTALK ->
                new Credentials.DingTalk(
                        app.getIdentity(),
                        secret(state, kept, Platform.DINGTALK, app, "clientSecret"),
                        required("groupTemplateId", app.getGroupTemplateId()),
                        required("robotId", app.getRobotId()),
                        Long.parseLong(app.getServiceId()));
            case LARK -> new Credentials.Lark(app.getIdentity(), secret(state, kept, Platform.LARK, app, "appSecret"));
        };
    }

    /** Opening is the dearest thing there is to an incident but its calls, and while a token is held no secret is needed. */
    private Secret secret(AppState state, KeptApp kept, Platform platform, MobileApp app, String field)
            throws GeneralSecurityException {
        if (!kept.hasOpened()) {
            return secrets.open(state.tenantId(), platform, app, field);
        }
        return Secret.openedWhenNeeded(() -> {
            try {
                return secrets.open(state.tenantId(), platform, app, field).reveal();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("a secret that opened before does not open", e);
            }
        });
    }

    private static String required(String field, @Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return value;
    }

    @Override
    public Health health() {
        var trouble = reader.trouble();
        var health = reader.caughtUp().isDone() ? Health.up() : Health.outOfService();
        if (trouble != null) {
            health.withDetail("configuration", trouble);
        }
        var age = reader.age();
        if (reader.caughtUp().isDone() && age.compareTo(STALE) > 0) {
            health.withDetail(
                    "outOfDate",
                    "the configuration topics were last read to their ends " + age.toSeconds()
                            + " s ago; incidents are opened with what was known then");
        }
        return health.withDetail("tenants", table.tenants())
                .withDetail("lag", reader.lag())
                .withDetail("members", members.size())
                .build();
    }

    @Override
    public void start() {
        thread = SupervisedThread.start("configuration-reader", STALL_TIMEOUT, reader::run);
    }

    @Override
    public void stop() {
        var running = thread;
        if (running == null) {
            return;
        }
        running.requestStop();
        reader.stop();
        running.join();
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    @Override
    public Optional<String> threadFailure() {
        var supervised = thread;
        return supervised == null ? Optional.empty() : supervised.threadFailure();
    }

    @Override
    public long threadRestarts() {
        var supervised = thread;
        return supervised == null ? 0 : supervised.threadRestarts();
    }
}
