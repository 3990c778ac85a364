namespace Heretix.Rpl.Prompts;

/// <summary>No bank, or more than one, answers to the name or version asked for; the message names the choices.</summary>
public sealed class UnknownPromptException : Exception
{
    /// <summary>Reports a name or version that cannot be resolved.</summary>
    /// <param name="requested">What was asked for.</param>
    /// <param name="message">What is wrong and what can be asked for instead.</param>
    /// <param name="choices">Names of the banks that exist.</param>
    /// <param name="closest">The choice that looks most like the request, or null.</param>
    public UnknownPromptException(string requested, string message, IReadOnlyList<string> choices, string? closest)
        : base(message)
    {
        Requested = requested;
        Choices = choices;
        Closest = closest;
    }

    /// <summary>What was asked for.</summary>
    public string Requested { get; }

    /// <summary>Names of the banks that exist.</summary>
    public IReadOnlyList<string> Choices { get; }

    /// <summary>The choice that looks most like the request, or null.</summary>
    public string? Closest { get; }
}
