package io.warroom.config.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.event.AppHealth;
import io.warroom.event.AppHealthState;
import io.warroom.event.Platform;
import io.warroom.topic.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.kafka.core.KafkaTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What workers say of an app is in the answer of its routes. */
class AppHealthIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final String LARK = "{\"appId\":\"cli_1\",\"appSecret\":\"s3cret-1\"}";

    @TempDir
    static Path folder;

    private static Deployment deployment;
    private static Instance service;
    private static KafkaTemplate<String, Object> kafka;

    @BeforeAll
    @SuppressWarnings("unchecked")
    static void start() throws Exception {
        deployment = Deployment.inFolder(folder);
        service = deployment.start();
        kafka = (KafkaTemplate<String, Object>) service.part("kafka", KafkaTemplate.class);
    }

    @AfterAll
    static void stop() {
        deployment.close();
    }

    @Test
    void theLastWordAboutTheNewestRevisionIsShownInWhateverOrderItCame() throws Exception {
        service.send("PUT", "/tenants/order/mobile-apps/LARK?verify=false", LARK);
        service.send("POST", "/tenants/order/mobile-apps/LARK/activate", "");
        long newest = revision("order", Platform.LARK);
        say("order", newest, AppHealthState.KEY_REJECTED, NOON.plusSeconds(10), "99991663");
        say("order", newest - 1, AppHealthState.HEALTHY, NOON.plusSeconds(60), null);
        say("order", newest, AppHealthState.HEALTHY, NOON, null);
        fence("order");

        var health = health("order");

        assertThat(health.path("state").asString()).isEqualTo("KEY_REJECTED");
        assertThat(health.path("since").asString()).isEqualTo("2026-11-21T12:00:10Z");
        assertThat(health.path("platformCode").asString()).isEqualTo("99991663");
        assertThat(health.path("revision").asLong()).isEqualTo(newest);
        assertThat(health.path("detail").asString()).isEqualTo("In words.");
    }

    @Test
    void aWordAboutAnOldKeySaysNothingOfTheNewOneAndAnActivationChangesNoKey() throws Exception {
        service.send("PUT", "/tenants/rotated/mobile-apps/LARK?verify=false", LARK);
        say("rotated", revision("rotated", Platform.LARK), AppHealthState.KEY_REJECTED, NOON, "99991663");
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(health("rotated").path("state").asString("")).isEqualTo("KEY_REJECTED"));

        service.send("POST", "/tenants/rotated/mobile-apps/LARK/activate", "");
        assertThat(health("rotated").path("state").asString("")).isEqualTo("KEY_REJECTED");
        service.send("PUT", "/tenants/rotated/mobile-apps/LARK/key?verify=false", LARK.replace("s3cret-1", "s3cret-2"));
        assertThat(health("rotated").isMissingNode()).isTrue();
        say("rotated", revision("rotated", Platform.LARK), AppHealthState.HEALTHY, NOON.plusSeconds(5), null);
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(health("rotated").path("state").asString("")).isEqualTo("HEALTHY"));
    }

    @Test
    void whatNobodyCanReadIsPassedOver() throws Exception {
        service.send("PUT", "/tenants/garbled/mobile-apps/LARK?verify=false", LARK);
        sendBytes("garbled/LARK", new byte[] {1, 2, 3});
        sendBytes("garbled/LARK", null);
        say("gar\0bled", 1, AppHealthState.HEALTHY, NOON, null);
        say("garbled", revision("garbled", Platform.LARK), AppHealthState.MISCONFIGURED, NOON, "code\0with a null");

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(health("garbled").path("platformCode").asString(""))
                                .isEqualTo("code\uFFFDwith a null"));
    }

    private static long revision(String tenant, Platform platform) {
        return deployment
                .jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT revision FROM mobile_app WHERE tenant_id = :tenant AND platform = :platform")
                        .bind("tenant", tenant)
                        .bind("platform", platform.name())
                        .mapTo(Long.class)
                        .one());
    }

    /** What was said before it has been heard when this has: it is of the same partition. */
    private static void fence(String tenant) throws Exception {
        service.send(
                "PUT",
                "/tenants/" + tenant + "/mobile-apps/WECOM?verify=false",
                "{\"enterpriseId\":\"ww1\",\"enterpriseKey\":\"a-key\",\"addressBookKey\":\"b-key\",\"serviceId\":1}");
        say(tenant, Platform.WECOM, revision(tenant, Platform.WECOM), AppHealthState.HEALTHY, NOON, null);
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(health(tenant, 0).path("state").asString("")).isEqualTo("HEALTHY"));
    }

    private static void say(String tenant, long revision, AppHealthState state, Instant since, @Nullable String code) {
        say(tenant, Platform.LARK, revision, state, since, code);
    }

    private static void say(
            String tenant,
            Platform platform,
            long revision,
            AppHealthState state,
            Instant since,
            @Nullable String code) {
        kafka.send(
                        Topic.APP_HEALTH.name(deployment.prefix()),
                        tenant + "/" + platform,
                        new AppHealth(tenant, platform, revision, state, "In words.", code, since))
                .join();
    }

    private static void sendBytes(String key, byte @Nullable [] value) throws Exception {
        var properties = kafka.getProducerFactory().getConfigurationProperties();
        var plain = new HashMap<String, Object>();
        plain.put("bootstrap.servers", properties.get("bootstrap.servers"));
        try (var producer = new KafkaProducer<>(plain, new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topic.APP_HEALTH.name(deployment.prefix()), 0, key, value))
                    .get();
        }
    }

    private static JsonNode health(String tenant) throws Exception {
        return health(tenant, 2);
    }

    private static JsonNode health(String tenant, int app) throws Exception {
        return JsonMapper.shared()
                .readTree(service.send("GET", "/tenants/" + tenant + "/mobile-apps", "")
                        .body())
                .path("apps")
                .path(app)
                .path("health");
    }
}
