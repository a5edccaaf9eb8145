package io.warroom.worker;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.warroom.platform.ChatPlatforms;
import io.warroom.platform.carriers.CarrierWatch;
import io.warroom.platform.threads.Supervised;
import io.warroom.worker.directory.SecretOpener;
import io.warroom.worker.directory.TopicDirectory;
import io.warroom.worker.intake.IncidentHandler;
import io.warroom.worker.intake.IncidentIntake;
import io.warroom.worker.intake.PartitionCounts;
import io.warroom.worker.intake.PartitionKnowledge;
import io.warroom.worker.ledger.LedgerReader;
import io.warroom.worker.ledger.TopicLedger;
import io.warroom.worker.opening.ClockSetting;
import io.warroom.worker.opening.Declaration;
import io.warroom.worker.opening.Incident;
import io.warroom.worker.opening.IncidentOpening;
import io.warroom.worker.results.KafkaAppHealth;
import io.warroom.worker.results.KafkaResults;
import io.warroom.worker.schemas.OwnSchemas;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.LoggingProducerListener;

/** Where the features meet. Read down, it is the record's path backwards: results, opening, directory, intake. */
@Configuration(proxyBeanMethods = false)
class WorkerConfiguration {

    /** Everybody waits for what he sends: whatever is not sent by then is sent again. */
    private static final int CLOSE_AT_MOST_SECONDS = 5;

    /** A worker that ends in mid-transaction hides later results from readers for so long, if no other takes over. */
    private static final int STATE_TRANSACTION_MILLIS = 15_000;

    /** Less, so that the worker ends its transaction before the broker does. */
    private static final int STATE_ANSWER_MILLIS = 10_000;

    private static final Duration ENDS_TIMEOUT = Duration.ofSeconds(30);

    private final KafkaProperties kafka;
    private final WorkerSettings settings;

    WorkerConfiguration(KafkaProperties kafka, WorkerSettings settings) {
        this.kafka = kafka;
        this.settings = settings;
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    ChatPlatforms platforms(Clock clock) {
        return new ChatPlatforms(settings.platform().calls().forCalls(settings.mostCalls()), clock);
    }

    /** The serializer that the configuration names: one for the producer and for whoever prepares it. */
    @Bean
    Serializer<SpecificRecord> encoder() {
        Map<String, Object> properties = kafka.buildProducerProperties();
        Object type = properties.get(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);
        if (!(type instanceof Class<?> encoder)) {
            throw new IllegalStateException("spring.kafka.producer.value-serializer must name a class");
        }
        @SuppressWarnings("unchecked") // it writes any record
        var made = (Serializer<SpecificRecord>) Utils.newInstance(encoder);
        made.configure(properties, false);
        return made;
    }

    @Bean
    OwnSchemas schemas(Serializer<SpecificRecord> encoder, Deserializer<?> decoder) {
        return new OwnSchemas(encoder, decoder, settings.topics().prefix());
    }

    @Bean
    ClockWatch clockWatch(Clock clock) {
        return new ClockWatch(new ClockSetting(clock));
    }

    @Bean
    KafkaTemplate<byte[], byte[]> bytes(ClockWatch watch) {
        var producer = new HashMap<>(kafka.buildProducerProperties());
        producer.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        var producers = new DefaultKafkaProducerFactory<byte[], byte[]>(producer);
        producers.setPhysicalCloseTimeout(CLOSE_AT_MOST_SECONDS);
        watch.tell(producers::reset);
        // The shared one is made now, and stays: incidents would all wait for the classes that it loads.
        producers.createProducer().close();
        var template = new KafkaTemplate<>(producers);
        // By default what could not be sent is written to the log, key and value.
        var listener = new LoggingProducerListener<byte[], byte[]>();
        listener.setIncludeContents(false);
        template.setProducerListener(listener);
        return template;
    }

    @Bean
    TopicLedger ledger(
            KafkaTemplate<byte[], byte[]> bytes,
            Serializer<SpecificRecord> encoder,
            Deserializer<?> decoder,
            Clock clock,
            ClockWatch watch,
            MeterRegistry meters) {
        var ledger = new TopicLedger(
                bytes,
                this::stateProducer,
                encoder,
                decoder,
                settings.topics().prefix(),
                clock,
                new ClockSetting(clock),
                settings.parked().limits(),
                meters);
        watch.tell(ledger::renewProducers);
        return ledger;
    }

    /** For one partition of the workers' own topics: the worker that takes it over fences the one that wrote it before. */
    private Producer<byte[], byte[]> stateProducer(int partition) {
        var producer = new HashMap<>(kafka.buildProducerProperties());
        producer.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, settings.topics().prefix() + "warroom-state-" + partition);
        producer.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, STATE_TRANSACTION_MILLIS);
        producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, STATE_ANSWER_MILLIS);
        producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, STATE_ANSWER_MILLIS);
        producer.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, STATE_ANSWER_MILLIS / 2);
        producer.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        return new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Bean
    LedgerReader ledgerReader(
            TopicLedger ledger, IncidentOpening opening, Clock clock, ClockWatch watch, ClockedAdmin admin) {
        return new LedgerReader(
                consumers(watch, Map.of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")),
                (reader, partitions) -> ends(admin.get(), partitions),
                ledger,
                opening,
                clock,
                settings.parking().mostWoken());
    }

    /** The reader's own ends stop before a transaction that is open, whoever's. */
    private static Map<TopicPartition, Long> ends(Admin admin, Collection<TopicPartition> partitions) {
        var latest = partitions.stream().collect(Collectors.toMap(one -> one, one -> OffsetSpec.latest()));
        try {
            return admin
                    .listOffsets(latest)
                    .all()
                    .get(ENDS_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .entrySet()
                    .stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, end -> end.getValue().offset()));
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("the ends of " + partitions + " are not known", e);
        }
    }

    @Bean
    TopicDirectory directory(
            Deserializer<?> decoder, OwnSchemas schemas, ObjectProvider<LedgerReader> ledgerReader, ClockWatch watch) {
        return new TopicDirectory(
                uncommitted(watch),
                decoder,
                schemas::frame,
                settings.topics().prefix(),
                SecretOpener.read(settings.sealing().privateKeyset()),
                tenant -> ledgerReader.getObject().changed(tenant));
    }

    @Bean
    IncidentOpening opening(
            TopicDirectory directory, ChatPlatforms platforms, TopicLedger ledger, Clock clock, MeterRegistry meters) {
        return new IncidentOpening(
                directory,
                platforms.byKind(),
                ledger,
                new KafkaResults(ledger, settings.topics().prefix(), clock, meters),
                new KafkaAppHealth(ledger, settings.topics().prefix()),
                clock,
                settings.parking().times(settings.opening().patience()),
                settings.opening().perTenant(),
                settings.closing().rooms());
    }

    @Bean
    IncidentIntake intake(
            TopicDirectory directory,
            OwnSchemas schemas,
            Deserializer<?> decoder,
            TopicLedger ledger,
            LedgerReader ledgerReader,
            IncidentOpening opening,
            KafkaTemplate<byte[], byte[]> bytes,
            ClockWatch watch) {
        return new IncidentIntake(
                sharing(watch),
                decoder,
                bytes,
                settings.topics().prefix(),
                CompletableFuture.allOf(directory.caughtUp(), schemas.known()),
                new PartitionKnowledge() {
                    @Override
                    public CompletableFuture<Void> own(int partition) {
                        return ledger.own(partition);
                    }

                    @Override
                    public void disown(int partition) {
                        ledger.disown(partition);
                    }
                },
                new IncidentHandler() {
                    @Override
                    public void open(Declaration declaration) throws InterruptedException {
                        opening.open(declaration);
                    }

                    @Override
                    public boolean giveUp(Incident incident, String words) throws InterruptedException {
                        opening.giveUp(incident, words);
                        return true;
                    }

                    @Override
                    public void reject(Incident incident, String detail) throws InterruptedException {
                        opening.reject(incident, detail);
                    }
                },
                settings.intake().limits());
    }

    @Bean
    ClockedAdmin admin(ClockWatch watch) {
        return new ClockedAdmin(() -> Admin.create(kafka.buildAdminProperties()), watch);
    }

    @Bean
    PartitionCounts partitions(ClockedAdmin admin) {
        return new PartitionCounts(admin, settings.topics().prefix());
    }

    /** Updates and resolutions, of the incidents whose partitions the intake reads. */
    @Bean
    IncidentIntake followUps(
            IncidentIntake intake,
            TopicLedger ledger,
            IncidentOpening opening,
            Deserializer<?> decoder,
            KafkaTemplate<byte[], byte[]> bytes,
            ClockedAdmin admin,
            Clock clock,
            MeterRegistry meters,
            ClockWatch watch) {
        return IncidentIntake.following(
                intake,
                assigned(watch),
                ledger::restored,
                decoder,
                bytes,
                admin,
                settings.topics().prefix(),
                meters.counter("warroom.follow.ups.unknown"),
                clock,
                opening::follow);
    }

    @Bean
    ThreadLiveness threadLiveness(List<Supervised> threads) {
        return new ThreadLiveness(threads);
    }

    @Bean
    MeterBinder threadRestarts(ThreadLiveness threads) {
        return meters -> FunctionCounter.builder("warroom.thread.restarts", threads, ThreadLiveness::restarts)
                .description("how often a long-lived thread failed and was started again")
                .register(meters);
    }

    /** The first incidents of a worker come many at once, and load the same classes. */
    @Bean
    CarrierWatch carriers() {
        return new CarrierWatch();
    }

    @Bean
    MeterBinder carriersTooFew(CarrierWatch carriers) {
        return meters -> FunctionCounter.builder("warroom.carriers.too.few", carriers, CarrierWatch::times)
                .description("how often no virtual thread got to run until there were more carriers")
                .register(meters);
    }

    @Bean
    MeterBinder inFlight(IncidentIntake intake) {
        return meters -> meters.gauge("warroom.incidents.in.flight", intake, IncidentIntake::inFlight);
    }

    @Bean
    MeterBinder configurationLag(TopicDirectory directory) {
        return meters -> meters.gauge("warroom.configuration.lag", directory, TopicDirectory::lag);
    }

    /** Partitions come by the group. */
    Supplier<Consumer<byte[], byte[]>> sharing(ClockWatch watch) {
        return consumers(
                watch, Map.of(ConsumerConfig.GROUP_ID_CONFIG, settings.topics().prefix() + "warroom-worker"));
    }

    /**
     * Partitions are given by hand, whatever the workers share by: under KIP-848 a consumer with a group and such partitions never
     * waits in its polls, and a core is busy for nothing (KAFKA-20426, until kafka-clients 4.2.2).
     */
    Supplier<Consumer<byte[], byte[]>> assigned(ClockWatch watch) {
        return consumers(
                watch,
                Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG,
                        settings.topics().prefix() + "warroom-worker-follow-ups",
                        ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                        "classic"));
    }

    /**
     * Reads what is written and not only what is committed: what stands on these topics is true, whatever becomes of the
     * transaction it came in (the outbox publishes what the database has committed, workers write without), and a transaction
     * that somebody leaves open would hide all that is behind it.
     */
    private Supplier<Consumer<byte[], byte[]>> uncommitted(ClockWatch watch) {
        return consumers(watch, Map.of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted"));
    }

    private Supplier<Consumer<byte[], byte[]>> consumers(ClockWatch watch, Map<String, Object> more) {
        var properties = new HashMap<>(kafka.buildConsumerProperties());
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.putAll(more);
        if ("consumer".equalsIgnoreCase(String.valueOf(properties.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG)))) {
            // The broker assigns there (KIP-848) and times sessions; the client refuses these settings.
            properties.remove(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);
            properties.remove(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
            properties.remove(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG);
        } else {
            properties.remove(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);
        }
        return () -> new ClockedConsumer(properties, watch);
    }

    /** The deserializer that the configuration names, as code never does: one for whoever reads and for whoever prepares it. */
    @Bean
    Deserializer<?> decoder() {
        Map<String, Object> properties = kafka.buildConsumerProperties();
        Object type = properties.get(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG);
        if (!(type instanceof Class<?> decoder)) {
            throw new IllegalStateException("spring.kafka.consumer.value-deserializer must name a class");
        }
        var made = (Deserializer<?>) Utils.newInstance(decoder);
        made.configure(properties, false);
        return made;
    }
}
