package io.warroom.config;

import io.warroom.config.access.AccessWiring;
import io.warroom.config.console.ConsoleWiring;
import io.warroom.config.openapi.OpenApiWiring;
import io.warroom.config.operations.Operations;
import io.warroom.config.room.RoomWiring;
import io.warroom.config.sealing.GenerateKeys;
import io.warroom.config.setup.SetUp;
import io.warroom.topic.ReadingLimits;
import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Starts the service; with the name of a command as first argument, does that instead and ends. */
@SpringBootConfiguration
// Without Spring's error page: what no route answers is answered by the server, in problem details.
// Without a user of Spring's own making, whose password it would log.
@EnableAutoConfiguration(exclude = {ErrorMvcAutoConfiguration.class, UserDetailsServiceAutoConfiguration.class})
@EnableConfigurationProperties(ConfigServiceSettings.class)
@Import({Wiring.class, RoomWiring.class, AccessWiring.class, OpenApiWiring.class, ConsoleWiring.class})
public class ConfigService {

    /** See the module's README for the properties. */
    public static void main(String[] arguments) {
        ReadingLimits.apply();
        var mode = arguments.length == 0 ? "" : arguments[0];
        switch (mode) {
            case "--setup" -> SetUp.main(Arrays.copyOfRange(arguments, 1, arguments.length));
            case "--generate-keys" -> GenerateKeys.main(Arrays.copyOfRange(arguments, 1, arguments.length));
            default -> {
                if (Operations.knows(mode)) {
                    Operations.main(mode, Arrays.copyOfRange(arguments, 1, arguments.length));
                } else {
                    SpringApplication.run(ConfigService.class, arguments);
                }
            }
        }
    }
}
