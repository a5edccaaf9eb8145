package io.warroom.config.setup;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.kafka.core.KafkaAdmin;

/** The deploy step: creates the topics and registers the schemas, says what it did, and changes nothing the second time. */
@SpringBootConfiguration
@ImportAutoConfiguration(KafkaAutoConfiguration.class)
@EnableConfigurationProperties(SetUpSettings.class)
public class SetUp {

    /** Ends with status 1 and one line when it cannot. */
    @SuppressWarnings("SystemOut") // a command: it answers whoever typed it
    public static void main(String[] arguments) {
        try (var context = new SpringApplicationBuilder(SetUp.class)
                .web(WebApplicationType.NONE)
                .logStartupInfo(false)
                .run(arguments)) {
            run(context.getBean(KafkaAdmin.class), context.getBean(SetUpSettings.class));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            System.exit(1);
        } catch (ExecutionException e) {
            System.err.println("The broker refused: " + e.getCause());
            System.exit(1);
        } catch (TimeoutException | IOException | IllegalStateException e) {
            System.err.println("Set-up failed: " + e.getMessage());
            System.exit(1);
        }
    }

    @SuppressWarnings("SystemOut")
    static void run(KafkaAdmin kafka, SetUpSettings settings)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        var topics = settings.topics();
        try (var admin = Admin.create(kafka.getConfigurationProperties())) {
            new TopicCreation(
                            admin,
                            topics.prefix(),
                            topics.partitions(),
                            topics.replication(),
                            line -> System.out.println(line))
                    .run();
        }
        try (var registration = new SchemaRegistration(
                settings.schemaRegistryUrl(), topics.prefix(), line -> System.out.println(line))) {
            registration.run();
        }
    }
}
