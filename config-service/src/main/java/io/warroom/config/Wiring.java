package io.warroom.config;

import static java.util.Objects.requireNonNull;

import io.warroom.config.app.AppApi;
import io.warroom.config.app.AppChecks;
import io.warroom.config.app.AppDesk;
import io.warroom.config.app.MobileAppController;
import io.warroom.config.audit.Actor;
import io.warroom.config.audit.Audit;
import io.warroom.config.audit.AuditApi;
import io.warroom.config.audit.AuditController;
import io.warroom.config.audit.AuditTrail;
import io.warroom.config.database.Databases;
import io.warroom.config.database.LongStatements;
import io.warroom.config.health.HealthWiring;
import io.warroom.config.http.ProblemAdvice;
import io.warroom.config.http.ProblemValve;
import io.warroom.config.idempotency.IdempotencyKeys;
import io.warroom.config.incident.IncidentApi;
import io.warroom.config.incident.IncidentController;
import io.warroom.config.incident.Incidents;
import io.warroom.config.incident.WarmUp;
import io.warroom.config.listening.ListenerHealth;
import io.warroom.config.listening.TopicListening;
import io.warroom.config.member.MemberApi;
import io.warroom.config.member.MemberController;
import io.warroom.config.member.Members;
import io.warroom.config.openapi.Described;
import io.warroom.config.outbox.Delivery;
import io.warroom.config.outbox.Outbox;
import io.warroom.config.outbox.OutboxHealth;
import io.warroom.config.outbox.OutboxMetrics;
import io.warroom.config.outbox.OutboxRelay;
import io.warroom.config.retry.DeclarationReader;
import io.warroom.config.retry.EffectLookup;
import io.warroom.config.retry.Retries;
import io.warroom.config.retry.RetryApi;
import io.warroom.config.retry.RetryController;
import io.warroom.config.room.RoomStandings;
import io.warroom.config.sealing.Sealer;
import io.warroom.config.setup.TopicsHealth;
import io.warroom.config.token.ApiTokenController;
import io.warroom.config.token.ApiTokens;
import io.warroom.config.token.TokenApi;
import io.warroom.platform.carriers.CarrierWatch;
import io.warroom.platform.threads.Supervised;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.catalina.core.StandardHost;
import org.jdbi.v3.core.Jdbi;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

/** Which part gets which: apps write the outbox, the relay reads it, incidents go straight to the broker. */
@Configuration(proxyBeanMethods = false)
@Import({AppCheckWiring.class, HealthWiring.class, LongStatements.class})
class Wiring {

    /** What a person at a console bears; the relay needs some ten milliseconds. */
    private static final Duration LONGEST_DELIVERY = Duration.ofSeconds(2);

    /** A platform that is asked first may leave each of its calls unanswered until its time is up. */
    private static final Duration LONGEST_CHANGE = Duration.ofMinutes(2);

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /** Requests and listeners run on virtual threads, and the first ones of a start load the same classes. */
    @Bean
    CarrierWatch carriers() {
        return new CarrierWatch();
    }

    /** Named for its place in the liveness answer: {@code threadLiveness}. */
    @Bean
    ThreadLiveness threadLivenessHealthIndicator(List<Supervised> supervised) {
        return new ThreadLiveness(supervised);
    }

    @Bean
    Jdbi jdbi(DataSource database) {
        return Databases.jdbi(database);
    }

    @Bean
    KafkaTemplate<String, Object> kafka(ProducerFactory<String, Object> producers) {
        return OutboxRelay.withoutContentsInTheLog(new KafkaTemplate<>(producers));
    }

    @Bean
    NewestSerializer newestSerializer() {
        return new NewestSerializer();
    }

    /** Named for its place in the readiness answer: {@code accepting}. */
    @Bean
    WarmUp acceptingHealthIndicator(
            KafkaTemplate<String, Object> kafka, NewestSerializer serializer, ConfigServiceSettings settings) {
        return new WarmUp(kafka, serializer, settings.topics().prefix());
    }

    @Bean
    Sealer sealer(ConfigServiceSettings settings) {
        return new Sealer(settings.sealing().publicKeyset());
    }

    @Bean
    Outbox outbox() {
        return new Outbox();
    }

    @Bean
    Delivery delivery(Jdbi jdbi, Outbox outbox, Clock clock) {
        return new Delivery(jdbi, outbox, clock, LONGEST_DELIVERY);
    }

    @Bean
    OutboxRelay relay(
            Jdbi jdbi,
            Outbox outbox,
            ProducerFactory<String, Object> producers,
            ConfigServiceSettings settings,
            Clock clock) {
        var prefix = settings.topics().prefix();
        return new OutboxRelay(
                jdbi,
                outbox,
                OutboxRelay.fenced(producers, prefix, settings.outbox().sendTimeout()),
                prefix,
                settings.outbox().pollInterval(),
                settings.outbox().sendTimeout(),
                clock);
    }

    /** Named for its place in the health answer: {@code outbox}. */
    @Bean
    OutboxHealth outboxHealthIndicator(OutboxRelay relay, Jdbi jdbi, Clock clock, ConfigServiceSettings settings) {
        return new OutboxHealth(relay, jdbi, clock, settings.outbox().alarmAge());
    }

    /** Named for its place in the health answer: {@code listeners}. */
    @Bean
    ListenerHealth listenersHealthIndicator(
            KafkaProperties kafka,
            Map<String, ConcurrentMessageListenerContainer<byte[], byte[]>> listeners,
            ConfigServiceSettings settings,
            Clock clock) {
        var groups = listeners.entrySet().stream()
                .map(listener -> new ListenerHealth.Group(
                        listener.getKey(),
                        requireNonNull(
                                listener.getValue().getContainerProperties().getGroupId()),
                        List.of(requireNonNull(
                                listener.getValue().getContainerProperties().getTopics()))))
                .toList();
        return ListenerHealth.asking(
                kafka.buildAdminProperties(),
                groups,
                clock,
                settings.listeners().stalledAfter());
    }

    /** Named for its place in the health answer: {@code topics}. */
    @Bean
    TopicsHealth topicsHealthIndicator(KafkaProperties kafka, Clock clock, ConfigServiceSettings settings) {
        return new TopicsHealth(kafka.buildAdminProperties(), settings.topics().prefix(), clock);
    }

    @Bean
    OutboxMetrics outboxMetrics(Jdbi jdbi, Clock clock) {
        return new OutboxMetrics(jdbi, clock);
    }

    @Bean
    AppDesk appDesk(
            Jdbi jdbi,
            Sealer sealer,
            Outbox outbox,
            Delivery delivery,
            Audit audit,
            Clock clock,
            ConfigServiceSettings settings,
            AppChecks checks) {
        return new AppDesk(
                jdbi,
                sealer,
                outbox,
                delivery,
                audit,
                clock,
                Wiring::eventId,
                settings.endpoints().allowedBaseUrls(),
                checks);
    }

    @Bean
    IdempotencyKeys changeKeys(Jdbi jdbi, Clock clock, ConfigServiceSettings settings) {
        return new IdempotencyKeys(
                jdbi, clock, LONGEST_CHANGE, settings.idempotency().keysPerDay());
    }

    @Bean
    MobileAppController mobileApps(AppDesk desk, IdempotencyKeys keys) {
        return new MobileAppController(desk, keys);
    }

    @Bean
    Members members(Jdbi jdbi, Outbox outbox, Audit audit, Clock clock) {
        return new Members(jdbi, outbox, audit, clock, Wiring::eventId);
    }

    @Bean
    MemberController memberRoutes(Members members, IdempotencyKeys keys) {
        return new MemberController(members, keys);
    }

    @Bean
    Audit audit(Clock clock, Supplier<Actor> actors) {
        return new Audit(clock, actors);
    }

    @Bean
    AuditTrail auditTrail(Jdbi jdbi) {
        return new AuditTrail(jdbi);
    }

    @Bean
    AuditController auditRoutes(AuditTrail trail) {
        return new AuditController(trail);
    }

    @Bean
    ApiTokens apiTokens(Jdbi jdbi, Audit audit, Clock clock) {
        return new ApiTokens(jdbi, audit, clock);
    }

    @Bean
    ApiTokenController apiTokenRoutes(ApiTokens tokens, IdempotencyKeys keys, Clock clock, Supplier<Actor> actors) {
        return new ApiTokenController(tokens, keys, clock, actors);
    }

    @Bean
    RoomStandings roomStandings(Jdbi jdbi, ConfigServiceSettings settings) {
        return new RoomStandings(jdbi, settings.topics().prefix());
    }

    @Bean
    EffectLookup declarationEffects(RoomStandings standings) {
        return new EffectLookup(standings);
    }

    @Bean
    Retries retries(
            RoomStandings standings, KafkaProperties kafka, Incidents incidents, ConfigServiceSettings settings) {
        var properties = kafka.buildConsumerProperties();
        return new Retries(
                standings,
                new DeclarationReader(
                        properties,
                        TopicListening.decoder(properties),
                        settings.topics().prefix()),
                incidents);
    }

    @Bean
    RetryController retryRoutes(Retries retries, Jdbi jdbi, Clock clock, ConfigServiceSettings settings) {
        return new RetryController(retries, incidentKeys(jdbi, clock, settings));
    }

    @Bean
    Described describedRetries() {
        return new RetryApi();
    }

    @Bean
    Incidents incidents(
            KafkaTemplate<String, Object> kafka, Clock clock, ConfigServiceSettings settings, EffectLookup effects) {
        return new Incidents(
                kafka,
                settings.topics().prefix(),
                clock,
                Wiring::eventId,
                settings.incidents().patience(),
                effects);
    }

    @Bean
    Described describedApps() {
        return new AppApi();
    }

    @Bean
    Described describedMembers() {
        return new MemberApi();
    }

    @Bean
    Described describedIncidents() {
        return new IncidentApi();
    }

    @Bean
    Described describedTokens() {
        return new TokenApi();
    }

    @Bean
    Described describedAudit() {
        return new AuditApi();
    }

    @Bean
    IncidentController incidentRoutes(Incidents incidents, Jdbi jdbi, Clock clock, ConfigServiceSettings settings) {
        return new IncidentController(incidents, incidentKeys(jdbi, clock, settings), clock);
    }

    /** No request is worked on for much longer than its caller waits. */
    private static IdempotencyKeys incidentKeys(Jdbi jdbi, Clock clock, ConfigServiceSettings settings) {
        return new IdempotencyKeys(
                jdbi,
                clock,
                settings.incidents().patience().plusSeconds(30),
                settings.idempotency().keysPerDay());
    }

    @Bean
    ProblemAdvice problems() {
        return new ProblemAdvice();
    }

    /** By name, as the host would make its own: then no page of HTML is left in any place. */
    @Bean
    WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> refusals() {
        return server -> server.addContextCustomizers(
                context -> ((StandardHost) context.getParent()).setErrorReportValveClass(ProblemValve.class.getName()));
    }

    private static String eventId() {
        return UUID.randomUUID().toString();
    }
}
