/**
 * [channels x places] as PyTorch orders the weights and the pixels of an image, as [places x channels], the kernels' order.
 * With the number of places in place of that of channels: back. Returns the same array where that changes nothing.
 */
export const interleave = (values: Float64Array, channels: number): Float64Array => {
  const places = values.length / channels;
  if (channels === 1 || places === 1) return values;
  const out = new Float64Array(values.length);
  for (let channel = 0; channel < channels; channel++)
    for (let place = 0; place < places; place++)
      out[place * channels + channel] = values[channel * places + place];
  return out;
};
