using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Http;

/// <summary>A request that knows rules which its attributes cannot say, such as one member against another.</summary>
public interface IValidated
{
    /// <summary>Notes what is wrong.</summary>
    void Validate(Validation validation);
}

/// <summary>Holds what an endpoint is given to the rules of its types before the endpoint runs.</summary>
public static class ValidatedEndpoints
{
    private sealed record BodyType(Type Type);

    /// <summary>
    /// Checks the argument of type <typeparamref name="TRequest"/>: the data annotations of its members (which also stand
    /// in the API document), down into lists and objects of it, then <see cref="IValidated"/>. Answers 422 with all errors
    /// by the members' names on the wire.
    /// </summary>
    public static RouteHandlerBuilder Validated<TRequest>(this RouteHandlerBuilder endpoint)
        where TRequest : notnull =>
        endpoint.AddEndpointFilter(
            async (invocation, next) =>
            {
                var json = invocation
                    .HttpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>()
                    .Value.SerializerOptions;
                var validation = new Validation();
                foreach (var request in invocation.Arguments.OfType<TRequest>())
                    Check(request, "", validation, json);
                return validation.Problem ?? await next(invocation);
            }
        );

    /// <summary>The same for a value that did not come through an endpoint's arguments.</summary>
    public static Validation Check(object value, JsonSerializerOptions json)
    {
        var validation = new Validation();
        Check(value, "", validation, json);
        return validation;
    }

    private static void Check(object value, string path, Validation validation, JsonSerializerOptions json)
    {
        foreach (var member in json.GetTypeInfo(value.GetType()).Properties)
        {
            if (member.Get is null)
                continue;
            var name = path.Length > 0 ? $"{path}.{member.Name}" : member.Name;
            var content = member.Get(value);
            var context = new ValidationContext(value) { MemberName = member.Name, DisplayName = member.Name };
            foreach (var rule in member.AttributeProvider?.GetCustomAttributes(typeof(ValidationAttribute), true) ?? [])
            {
                if (((ValidationAttribute)rule).GetValidationResult(content, context) is { } wrong)
                    validation.Add(name, wrong.ErrorMessage ?? "is not valid");
            }
            if (content is System.Collections.IEnumerable items and not string)
            {
                var index = 0;
                foreach (var item in items)
                {
                    if (IsObject(item))
                        Check(item, $"{name}[{index}]", validation, json);
                    index++;
                }
            }
            else if (IsObject(content))
            {
                Check(content!, name, validation, json);
            }
        }
        (value as IValidated)?.Validate(validation);
    }

    /// <summary>Types of our own; numbers, texts and times have no members to look at.</summary>
    private static bool IsObject(object? value) =>
        value?.GetType() is { IsClass: true, Namespace: { } space }
        && !space.StartsWith("System", StringComparison.Ordinal);
}
