namespace Heretix.Models;

/// <summary>A model or provider that cannot be resolved; the message names the choices and the closest one.</summary>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="model">The name that was asked for.</param>
/// <param name="suggestion">The closest known name, if one is close.</param>
public sealed class UnknownModelException(string message, string model, string? suggestion = null) : Exception(message)
{
    /// <summary>The name that was asked for.</summary>
    public string Model { get; } = model;

    /// <summary>The closest known name, or null when none is close.</summary>
    public string? Suggestion { get; } = suggestion;
}

/// <summary>A provider's key is needed and none of its variables is set; the message names them.</summary>
/// <param name="provider">One of <see cref="Providers"/>.</param>
/// <param name="variables">The environment variables that may hold the key.</param>
public sealed class MissingKeyException(string provider, IReadOnlyList<string> variables)
    : Exception(
        $"No key for {provider}: set {string.Join(" or ", variables)}, or use --mock to rehearse without a provider."
    )
{
    /// <summary>The provider whose key is missing.</summary>
    public string Provider { get; } = provider;

    /// <summary>The environment variables that may hold the key.</summary>
    public IReadOnlyList<string> Variables { get; } = variables;
}

/// <summary>A capability, price or limits file that cannot be used; the message names the file and the line.</summary>
/// <param name="file">Path of the file.</param>
/// <param name="line">Line, from 1; 0 when the file as a whole is at fault.</param>
/// <param name="problem">What is wrong and what to do.</param>
public sealed class ModelConfigurationException(string file, long line, string problem)
    : Exception(line > 0 ? $"{file}:{line}: {problem}" : $"{file}: {problem}")
{
    /// <summary>Path of the file.</summary>
    public string File { get; } = file;

    /// <summary>Line, from 1; 0 when the file as a whole is at fault.</summary>
    public long Line { get; } = line;
}
