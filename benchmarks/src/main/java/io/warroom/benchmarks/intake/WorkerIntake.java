package io.warroom.benchmarks.intake;

import io.warroom.worker.intake.IncidentIntake;
import io.warroom.worker.intake.IntakeLimits;
import io.warroom.worker.intake.PartitionKnowledge;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/** The worker's own intake; only the opening behind it is simulated. */
final class WorkerIntake {

    private WorkerIntake() {}

    public static void main(String[] arguments) throws InterruptedException {
        var run = Run.of(arguments);
        var prefix = run.topic().substring(0, run.topic().indexOf("incident-declared"));
        var rejections = new KafkaTemplate<>(new DefaultKafkaProducerFactory<byte[], byte[]>(
                Map.of("bootstrap.servers", run.brokers()), new ByteArraySerializer(), new ByteArraySerializer()));
        var tally = new Tally(run.incidents());
        var intake = new IncidentIntake(
                () -> new KafkaConsumer<>(run.consumer(Math.min(run.inFlight(), 500))),
                (topic, value) -> Run.decode(value),
                rejections,
                prefix,
                CompletableFuture.completedFuture(null),
                PartitionKnowledge.NONE,
                declaration -> {
                    var incident = declaration.incident();
                    long number = Run.number(incident.incidentId());
                    run.calls().make(number);
                    tally.ended(number, incident.declaredAt());
                },
                new IntakeLimits(run.inFlight(), run.inFlight(), Duration.ofMinutes(5), Duration.ofSeconds(5)));
        intake.start();
        tally.await().tell();
        intake.stop();
    }
}
