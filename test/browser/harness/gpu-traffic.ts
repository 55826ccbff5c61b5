// What crosses between JavaScript and a graphics device, counted at WebGPU's own doors: buffers mapped to be written or read, and writes
// through the queue.

export interface Traffic {
  /** Bytes of numbers that went to the device: all but the uniforms, a few dozen bytes that the runtime sends with each dispatch. */
  readonly up: number;
  readonly uniforms: number;
  /** Bytes that came back, and in how many read-backs. */
  readonly down: number;
  readonly readBacks: number;
}

/** Counts from now on; the function tells what has crossed since it was last asked. */
export function watchTraffic(): () => Traffic {
  let [up, uniforms, down, readBacks] = [0, 0, 0, 0];
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    if (descriptor.mappedAtCreation) {
      if ((descriptor.usage & GPUBufferUsage.UNIFORM) !== 0) uniforms += descriptor.size;
      else up += descriptor.size;
    }
    return createBuffer.call(this, descriptor);
  };
  const { writeBuffer } = GPUQueue.prototype;
  GPUQueue.prototype.writeBuffer = function (buffer, offset, data, dataOffset, size) {
    const bytes = size ?? data.byteLength;
    if ((buffer.usage & GPUBufferUsage.UNIFORM) !== 0) uniforms += bytes;
    else up += bytes;
    return writeBuffer.call(this, buffer, offset, data as BufferSource, dataOffset, size);
  };
  const { mapAsync } = GPUBuffer.prototype;
  GPUBuffer.prototype.mapAsync = function (mode, offset, size) {
    if (mode === GPUMapMode.READ) {
      readBacks += 1;
      down += size ?? this.size;
    }
    return mapAsync.call(this, mode, offset, size);
  };
  return () => {
    const told = { up, uniforms, down, readBacks };
    [up, uniforms, down, readBacks] = [0, 0, 0, 0];
    return told;
  };
}
