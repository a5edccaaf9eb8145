package io.warroom.config.openapi;

import io.swagger.v3.oas.models.OpenAPI;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The document, of whatever the features describe. */
@Configuration(proxyBeanMethods = false)
public class OpenApiWiring {

    @Bean
    OpenAPI apiHead() {
        return ApiDocument.head();
    }

    @Bean
    ApiDocument apiDocument(List<Described> features, RouteCallers callers) {
        return new ApiDocument(features, callers);
    }
}
