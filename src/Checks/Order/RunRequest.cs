using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Heretix.Checks.Order;

/// <summary>What a request for a check may say; what is left out is filled in by the server's defaults.</summary>
internal sealed record RunRequest
{
    /// <summary>The statement to be judged, 1 to 1,000 characters.</summary>
    [MinLength(1), MaxLength(Bounds.ClaimLength)]
    public required string Claim { get; init; }

    /// <summary><c>baseline</c>, the only lens on offer.</summary>
    public string? Mode { get; init; }

    /// <summary>The provider, where the model's name does not say it.</summary>
    public string? Provider { get; init; }

    /// <summary>The model by its name or an alias; wins over <see cref="Model"/>.</summary>
    public string? LogicalModel { get; init; }

    /// <summary>The model by its name or an alias.</summary>
    public string? Model { get; init; }

    /// <summary>Name or full version of a prompt bank.</summary>
    public string? PromptVersion { get; init; }

    /// <summary>Template slots, 1 to 64.</summary>
    [JsonPropertyName("K"), Range(1, Bounds.K)]
    public int? K { get; init; }

    /// <summary>Replicates per slot, 1 to 16; K x R is at most 256.</summary>
    [JsonPropertyName("R"), Range(1, Bounds.R)]
    public int? R { get; init; }

    /// <summary>Bootstrap iterations, 100 to 50,000.</summary>
    [JsonPropertyName("B"), Range(Bounds.LeastB, Bounds.MostB)]
    public int? B { get; init; }

    /// <summary>Tokens of one answer at most, 64 to 8,192.</summary>
    [Range(Bounds.LeastOutputTokens, Bounds.MostOutputTokens)]
    public int? MaxOutputTokens { get; init; }

    /// <summary>Bootstrap seed, an unsigned 64-bit number: in decimal digits, or as a number.</summary>
    public string? Seed { get; init; }

    /// <summary>Ask every sample anew.</summary>
    public bool? NoCache { get; init; }

    /// <summary>Ask the labelled mock in the model's place; false insists on the model.</summary>
    public bool? Mock { get; init; }

    /// <summary>Shared by the requests that ask several models about one claim.</summary>
    public Guid? RequestId { get; init; }
}
