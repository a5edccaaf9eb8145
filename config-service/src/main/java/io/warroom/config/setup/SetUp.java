package io.warroom.config.setup;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * The deploy step: creates the topics, corrects the settings of those that are there and registers the schemas, says what
 * it did, and changes nothing the second time.
 */
@SpringBootConfiguration
@ImportAutoConfiguration(KafkaAutoConfiguration.class)
@EnableConfigurationProperties(SetUpSettings.class)
public class SetUp {

    /** Ends with status 1 and one line when it cannot. */
    @SuppressWarnings("SystemOut") // a command: it answers whoever typed it
    public static void main(String[] arguments) {
        int status = run(arguments, System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** @return the exit status; 1 when {@code err} has the line that says why */
    static int run(String[] arguments, PrintStream out, PrintStream err) {
        try (var context = new SpringApplicationBuilder(SetUp.class)
                .web(WebApplicationType.NONE)
                .logStartupInfo(false)
                // The clients would say at every try what the one line says in the end.
                .properties("logging.level.root=OFF")
                .run(arguments)) {
            run(
                    context.getBean(KafkaAdmin.class),
                    context.getBean(KafkaProperties.class),
                    context.getBean(SetUpSettings.class),
                    out);
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("Set-up was interrupted: run it again.");
        } catch (SetUpException e) {
            err.println(oneLine(e));
        } catch (RuntimeException e) {
            err.println(oneLine(rootOf(e)));
        }
        return 1;
    }

    private static void run(KafkaAdmin admin, KafkaProperties kafka, SetUpSettings settings, PrintStream out)
            throws InterruptedException {
        createTopics(admin, settings, out);
        try (var registration = new SchemaRegistration(
                settings.schemaRegistryUrl(),
                kafka.buildProducerProperties(),
                settings.topics().prefix(),
                out::println)) {
            registration.run();
        }
    }

    private static void createTopics(KafkaAdmin kafka, SetUpSettings settings, PrintStream out)
            throws InterruptedException {
        var properties = new HashMap<>(kafka.getConfigurationProperties());
        // Else closing would wait for the calls that nobody waits for any more.
        int patience = Math.toIntExact(settings.setup().patience().toMillis());
        properties.put("default.api.timeout.ms", patience);
        properties.put("request.timeout.ms", patience);
        try (var admin = Admin.create(properties)) {
            new TopicCreation(admin, settings.topics(), settings.setup().patience(), out::println).run();
        } catch (TimeoutException | KafkaException e) {
            throw unreachable(kafka, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw unreachable(kafka, e);
            }
            if (e.getCause() instanceof TopicExistsException) {
                throw new SetUpException(
                        "topics are being made at this moment, perhaps by another set-up. Run --setup again.", e);
            }
            throw new SetUpException(
                    "the broker refused: " + rootOf(e)
                            + ". Check the topics' settings and what this user may do, then run --setup again.",
                    e);
        }
    }

    private static SetUpException unreachable(KafkaAdmin kafka, Exception cause) {
        return new SetUpException(
                "the broker at " + kafka.getConfigurationProperties().get("bootstrap.servers")
                        + " does not answer. Check spring.kafka.bootstrap-servers and that it runs, then run --setup again.",
                cause);
    }

    private static String oneLine(Throwable failure) {
        var said = Objects.requireNonNullElse(
                failure.getMessage(), failure.getClass().getName());
        return "Set-up failed: " + said.replaceAll("\\s+", " ");
    }

    private static Throwable rootOf(Throwable failure) {
        var root = failure;
        for (var cause = root.getCause(); cause != null; cause = root.getCause()) {
            root = cause;
        }
        return root;
    }
}
